module chatapp.dev/testbed/runc-clamp

go 1.24.0
