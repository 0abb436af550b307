package main

import (
	"context"
	"encoding/hex"
	"io"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"undertone.example/interop/protocol"
)

const (
	heardProtocol = "/undertone/heard/1.0.0"
	maxExpected   = 4_096
)

// acknowledgements tell a neighbour that its envelope was accepted, and learn of our own: 16-byte
// prefixes of SHA-256, one after the other on a long-lived stream.
type acknowledgements struct {
	room     *room
	mu       sync.Mutex
	expected map[[16]byte]string
	streams  map[peer.ID]network.Stream
}

func newAcknowledgements(r *room) *acknowledgements {
	a := &acknowledgements{room: r, expected: map[[16]byte]string{}, streams: map[peer.ID]network.Stream{}}
	r.host.SetStreamHandler(heardProtocol, a.listen)
	return a
}

func (a *acknowledgements) expect(envelope, id []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.expected) < maxExpected {
		a.expected[protocol.HeardPrefix(envelope)] = hex.EncodeToString(id)
	}
}

func (a *acknowledgements) listen(stream network.Stream) {
	defer stream.Close()
	for {
		var prefix [16]byte
		if _, err := io.ReadFull(stream, prefix[:]); err != nil {
			return
		}
		a.mu.Lock()
		id, ours := a.expected[prefix]
		delete(a.expected, prefix)
		a.mu.Unlock()
		if ours {
			a.room.tell(notice{Event: "heard", ID: id})
		}
	}
}

// acknowledge does not wait: validation must not.
func (a *acknowledgements) acknowledge(to peer.ID, envelope []byte) {
	prefix := protocol.HeardPrefix(envelope)
	go func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		stream := a.streams[to]
		if stream == nil {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			opened, err := a.room.host.NewStream(ctx, to, heardProtocol)
			if err != nil {
				return // a courtesy: the sender repeats what nobody acknowledges
			}
			stream = opened
			a.streams[to] = stream
		}
		stream.SetWriteDeadline(time.Now().Add(5 * time.Second))
		if _, err := stream.Write(prefix[:]); err != nil {
			stream.Reset()
			delete(a.streams, to)
		}
	}()
}
