// A way to write bytes that nobody uses.
export {}
