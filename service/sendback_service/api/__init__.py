"""Where protos end: interceptors, servicers, and the translation between messages and the values of the domain."""
