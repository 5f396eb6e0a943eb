" Vim compiler file
" Compiler: planward, policies for Terraform and OpenTofu
" `:compiler planward`, then `:make` checks the working folder and `:make %` one file.

if exists("current_compiler")
  finish
endif
let current_compiler = "planward"

if exists(":CompilerSet") != 2
  command -nargs=* CompilerSet setlocal <args>
endif

let s:cpo_save = &cpo
set cpo&vim

CompilerSet makeprg=planward\ check\ --format\ concise
" Places first. What has none (a resource of a plan without source, the last line) is no error that
" could be jumped to.
CompilerSet errorformat=%f:%l:%c:\ %trror:\ %m,%f:%l:%c:\ %tarning:\ %m,%f:%l:%c:\ %tote:\ %m,%-G%.%#

let &cpo = s:cpo_save
unlet s:cpo_save
