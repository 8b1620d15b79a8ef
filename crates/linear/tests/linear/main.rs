//! Every instruction on every instruction set that the machine has, on 1 to 4 threads.

mod attention;
mod common;
mod conv;
mod dot;
mod epilogue;
mod tickets;
