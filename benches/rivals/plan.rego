# One rule in Rego over every resource of a plan, for the time that reading the plan takes.
package plan

deny contains resource.address if {
	some resource in input.resource_changes
	resource.type == "aws_s3_bucket"
	resource.change.after.acl == "public-read"
}
