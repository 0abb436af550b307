// Keeps the app (nothing of what is said in it) so that it opens without a network. Written by the build.
const CACHE = `undertone-${'{{BUILD}}'}`
const FILES = [/* {{FILES}} */]

self.addEventListener('install', event => {
  event.waitUntil(caches.open(CACHE).then(cache => cache.addAll(FILES)))
})

self.addEventListener('activate', event => {
  event.waitUntil(caches.keys().then(names => Promise.all(names.filter(name => name.startsWith('undertone-') && name !== CACHE).map(name => caches.delete(name)))))
})

self.addEventListener('fetch', event => {
  const { request } = event
  if (request.method === 'GET' && new URL(request.url).origin === self.location.origin) {
    event.respondWith(caches.open(CACHE).then(cache => cache.match(request, { ignoreSearch: true })).then(kept => kept ?? fetch(request)))
  }
})

// a page tells a phone of messages through here; a press brings it forward, and tells it
self.addEventListener('notificationclick', event => {
  event.notification.close()
  event.waitUntil(self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then(pages => {
    const page = pages.find(({ url }) => url.startsWith(self.registration.scope))
    page?.postMessage('pressed')
    return page == null ? self.clients.openWindow(self.registration.scope) : page.focus()
  }))
})
