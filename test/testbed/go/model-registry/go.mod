module chatapp.dev/testbed/model-registry

go 1.24.0
