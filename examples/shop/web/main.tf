variable "admin_cidr" {
  description = "Who may log in"
  type        = string
}

resource "aws_security_group" "web" {
  name = "web"

  ingress {
    description = "Visitors"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description = "Administrators"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.admin_cidr]
  }
}
