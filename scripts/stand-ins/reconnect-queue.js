// Who was named is kept by src/network/rendezvous/infrastructure.ts, at its own pace; nobody else is dialled again by itself.
export class ReconnectQueue {
  start () {}
  stop () {}
}
