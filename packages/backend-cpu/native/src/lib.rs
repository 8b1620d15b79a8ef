//! The binding of the native executor to Node.
