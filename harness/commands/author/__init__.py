"""`worksample author`: for those who write exercises; a module a command."""
