/** What `undertone --version`, the page and `node.status` say. */
export const VERSION = '0.1.0'
