module chatapp.dev/testbed/pause

go 1.24.0
