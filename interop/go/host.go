package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/sec"
	blankhost "github.com/libp2p/go-libp2p/p2p/host/blank"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/net/upgrader"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

// proofGrace is how long the first streams of a peer wait for its proof.
const proofGrace = time.Second

// memberHost is a libp2p host with a disposable peer ID that dials over TCP, listens nowhere, and
// in which protocols see proven members only.
type memberHost struct {
	host.Host
	arrived event.Emitter

	mu      sync.Mutex
	members map[peer.ID]chan struct{}
}

func newHost() (*memberHost, error) {
	private, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, err
	}
	id, err := peer.IDFromPrivateKey(private)
	if err != nil {
		return nil, err
	}
	store, err := pstoremem.NewPeerstore()
	if err != nil {
		return nil, err
	}
	if err := store.AddPrivKey(id, private); err != nil {
		return nil, err
	}
	bus := eventbus.NewBus()
	net, err := swarm.NewSwarm(id, store, bus)
	if err != nil {
		return nil, err
	}
	muxers := []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: yamux.DefaultTransport}}
	secure, err := noise.New(noise.ID, private, muxers)
	if err != nil {
		return nil, err
	}
	upgrade, err := upgrader.New([]sec.SecureTransport{secure}, muxers, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	transport, err := tcp.NewTCPTransport(upgrade, nil, nil)
	if err != nil {
		return nil, err
	}
	if err := net.AddTransport(transport); err != nil {
		return nil, err
	}
	// identify is not spoken: what one end supports is found by asking for it
	arrived, err := bus.Emitter(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return nil, err
	}
	return &memberHost{Host: blankhost.NewBlankHost(net, blankhost.WithEventBus(bus)), arrived: arrived, members: map[peer.ID]chan struct{}{}}, nil
}

func (h *memberHost) proof(id peer.ID) chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.members[id] == nil {
		h.members[id] = make(chan struct{})
	}
	return h.members[id]
}

// admit opens the gate for a peer that has proved membership. Only now does gossip hear of it: it
// would tell its topics to anybody else.
func (h *memberHost) admit(id peer.ID) error {
	proof := h.proof(id)
	select {
	case <-proof:
		return nil
	default:
	}
	close(proof)
	return h.arrived.Emit(event.EvtPeerIdentificationCompleted{Peer: id, Protocols: []protocol.ID{gossipProtocol}})
}

// SetStreamHandler keeps strangers out of every protocol but the proof itself.
func (h *memberHost) SetStreamHandler(name protocol.ID, handler network.StreamHandler) {
	if name == membershipProtocol {
		h.Host.SetStreamHandler(name, handler)
		return
	}
	h.Host.SetStreamHandler(name, func(stream network.Stream) {
		select {
		case <-h.proof(stream.Conn().RemotePeer()):
			handler(stream)
		case <-time.After(proofGrace):
			stream.Reset()
		}
	})
}

func (h *memberHost) dial(ctx context.Context, info peer.AddrInfo) error {
	if err := h.Connect(ctx, info); err != nil {
		return fmt.Errorf("nobody answers at the invite's addresses: %w", err)
	}
	return nil
}
