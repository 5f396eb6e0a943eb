;;; planward.el --- Planward in compilation buffers -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "26.1"))
;; Keywords: tools, languages

;;; Commentary:

;; `M-x planward-check' checks the folder that holds `.git', or else the one of the buffer, in a
;; compilation buffer; `next-error' leads from place to place.  `M-x compile' with a command of one's
;; own finds the places, too.

;;; Code:

(require 'compile)

(defgroup planward nil
  "Policies for Terraform and OpenTofu."
  :group 'tools)

(defcustom planward-command "planward check --format concise"
  "The command that `planward-check' runs."
  :type 'string)

;; File, line, column; then `warning' and `note', where they stand.
(add-to-list
 'compilation-error-regexp-alist-alist
 '(planward
   "^\\([^ \n].*?\\):\\([0-9]+\\):\\([0-9]+\\): \\(?:error\\|\\(warning\\)\\|\\(note\\)\\): "
   1 2 3 (4 . 5)))
(add-to-list 'compilation-error-regexp-alist 'planward)

(define-compilation-mode planward-mode "Planward"
  "What `planward-check' prints."
  (setq-local compilation-error-regexp-alist '(planward)))

;;;###autoload
(defun planward-check ()
  "Check the repository around the buffer, or else its folder."
  (interactive)
  (let ((default-directory
         (or (locate-dominating-file default-directory ".git") default-directory)))
    (compilation-start planward-command #'planward-mode)))

(provide 'planward)
;;; planward.el ends here
