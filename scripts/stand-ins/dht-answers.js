// A page is a client of the DHT: it answers nobody's questions.
export class RPC {
  onIncomingStream (stream) {
    stream.abort(new Error('A page is no server of the DHT.'))
  }
}
