"""All Git, over hostile content: objects are read, never checked out, and no text from outside is ever an option.

`desk` reads a repository on this machine, `mirrors` keeps blobless copies of repositories elsewhere. Both read with the same code
(`reading`), so that the command line and the server judge alike. Nothing is imported here: `mirrors` costs 100 ms (GitPython), which
the command line must not pay.
"""
