const passed = new Set<string>()

/** Notes in the browser's own timeline when the page got somewhere for the first time; nothing leaves the page. */
export function milestone (name: 'engine' | 'drawn' | 'entered' | 'met' | 'message'): void {
  if (!passed.has(name)) {
    passed.add(name)
    performance.mark(name)
  }
}
