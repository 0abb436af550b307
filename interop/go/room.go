package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"sync"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"

	"undertone.example/interop/protocol"
)

// Clocks may be so far apart: epochs that overlap now, give or take this, are accepted.
const clockSkew = 2 * time.Minute

type epoch struct {
	number uint64
	keys   protocol.EpochKeys
}

// room is one persona in one room, over one host.
type room struct {
	invite  *protocol.Invite
	persona ed25519.PrivateKey
	host    *memberHost
	gossip  *pubsub.PubSub
	heard   *acknowledgements

	topicsMu sync.Mutex
	topics   map[string]*subscribedTopic

	mu   sync.Mutex
	keys map[uint64]protocol.EpochKeys
	// the author's chain
	sequence uint64
	previous []byte
	seen     map[string][]byte
	out      *json.Encoder
}

type notice struct {
	Event   string `json:"event"`
	Room    string `json:"room,omitempty"`
	Persona string `json:"persona,omitempty"`
	ID      string `json:"id,omitempty"`
	Kind    int    `json:"kind,omitempty"`
	Text    string `json:"text,omitempty"`
}

func (r *room) tell(e notice) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Encode(e)
}

func millis() uint64 { return uint64(time.Now().UnixMilli()) }

// window is the epochs accepted now, the current one first.
func (r *room) window() []epoch {
	r.mu.Lock()
	defer r.mu.Unlock()
	length, skew := r.invite.EpochLength, uint64(clockSkew.Milliseconds())
	now := millis()
	var epochs []epoch
	for _, number := range around(now/length, (now-skew)/length, (now+skew)/length) {
		keys, known := r.keys[number]
		if !known {
			key, err := protocol.KeyAt(r.invite.Secret, r.invite.Key, r.invite.Epoch, number)
			if err != nil {
				continue // an epoch from before the invite
			}
			keys = protocol.Keys(key)
			r.keys[number] = keys
		}
		epochs = append(epochs, epoch{number, keys})
	}
	return epochs
}

// around gives the epochs from first to last, nearest to current first.
func around(current, first, last uint64) []uint64 {
	numbers := []uint64{current}
	for step := uint64(1); step <= current-first || step <= last-current; step++ {
		if step <= last-current {
			numbers = append(numbers, current+step)
		}
		if step <= current-first {
			numbers = append(numbers, current-step)
		}
	}
	return numbers
}

// join enters a room by invite and stays until stdin ends.
func join(text string) error {
	invite, err := protocol.DecodeInvite(text)
	if err != nil {
		return err
	}
	if invite.Expires != 0 && invite.Expires <= millis() {
		return errors.New("this invite has expired: ask for a new one")
	}
	_, persona, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	host, err := newHost()
	if err != nil {
		return err
	}
	defer host.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := &room{invite: invite, persona: persona, host: host, keys: map[uint64]protocol.EpochKeys{}, topics: map[string]*subscribedTopic{}, seen: map[string][]byte{}, out: json.NewEncoder(os.Stdout)}
	host.SetStreamHandler(membershipProtocol, r.answerProof)
	r.heard = newAcknowledgements(r)
	if err := r.startGossip(ctx); err != nil {
		return err
	}
	member, err := r.meet(ctx)
	if err != nil {
		return err
	}
	r.tell(notice{Event: "member", Persona: member.String()})
	go r.roll(ctx)

	public := persona.Public().(ed25519.PublicKey)
	name, err := protocol.Persona(public)
	if err != nil {
		return err
	}
	hello := protocol.HelloBody("Go", protocol.Stamp(invite.Room, public, invite.StampBits()), invite.Admit(public))
	if _, err := r.say(ctx, protocol.BodyHello, hello); err != nil {
		return err
	}
	r.tell(notice{Event: "joined", Room: hex.EncodeToString(invite.Room), Persona: name})

	if err := r.history(ctx, member); err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		message, err := r.say(ctx, protocol.BodyText, protocol.TextBody(lines.Text()))
		if err != nil {
			return err
		}
		r.tell(notice{Event: "said", ID: hex.EncodeToString(message.ID), Text: lines.Text()})
	}
	return lines.Err()
}

// meet connects to the first contact of the invite that proves to be a member.
func (r *room) meet(ctx context.Context) (peer.ID, error) {
	failure := errors.New("the invite names no address that this program can dial (TCP)")
	for _, contact := range r.invite.Contacts {
		address, err := multiaddr.NewMultiaddrBytes(contact)
		if err != nil {
			continue
		}
		info, err := peer.AddrInfoFromP2pAddr(address)
		if err != nil {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
		defer cancel()
		if failure = r.host.dial(ctx, *info); failure != nil {
			continue
		}
		if failure = r.prove(ctx, info.ID); failure == nil {
			return info.ID, nil
		}
		r.host.Network().ClosePeer(info.ID)
	}
	return "", failure
}
