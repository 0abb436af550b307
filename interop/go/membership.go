package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"undertone.example/interop/protocol"
)

const (
	membershipProtocol = "/undertone/member/1.0.0"
	handshakeTimeout   = 5 * time.Second
)

func random(length int) []byte {
	bytes := make([]byte, length)
	rand.Read(bytes) // never fails: crypto/rand ends the program instead
	return bytes
}

func read(stream network.Stream, length int) ([]byte, error) {
	bytes := make([]byte, length)
	_, err := io.ReadFull(stream, bytes)
	return bytes, err
}

// prove shows membership to a peer and asks for its proof.
func (r *room) prove(ctx context.Context, id peer.ID) error {
	stream, err := r.host.NewStream(ctx, id, membershipProtocol)
	if err != nil {
		return err
	}
	defer stream.Close()
	stream.SetDeadline(time.Now().Add(handshakeTimeout))
	nonce := random(protocol.HandshakeNonce)
	if _, err := stream.Write(nonce); err != nil {
		return err
	}
	theirs, err := read(stream, protocol.HandshakeNonce)
	if err != nil {
		return err
	}
	transcript := protocol.Transcript{DialerNonce: nonce, ListenerNonce: theirs, Dialer: r.host.ID().String(), Listener: id.String()}
	epochs := r.window()
	block := random(protocol.OfferedTags * protocol.HandshakeTag)
	for i, epoch := range epochs {
		if i < protocol.OfferedTags {
			copy(block[i*protocol.HandshakeTag:], transcript.Tag(epoch.keys.Membership, "dialer"))
		}
	}
	if _, err := stream.Write(block); err != nil {
		return err
	}
	answer, err := read(stream, protocol.HandshakeTag)
	if err != nil {
		return err
	}
	for _, epoch := range epochs {
		if protocol.Matches(transcript.Tag(epoch.keys.Membership, "listener"), answer) {
			return r.host.admit(id)
		}
	}
	return errors.New("the peer at the invite's address is no member of the room")
}

// answerProof is the other side of prove; a stranger gets random bytes of the same length.
func (r *room) answerProof(stream network.Stream) {
	defer stream.Close()
	stream.SetDeadline(time.Now().Add(handshakeTimeout))
	theirs, err := read(stream, protocol.HandshakeNonce)
	if err != nil {
		return
	}
	nonce := random(protocol.HandshakeNonce)
	if _, err := stream.Write(nonce); err != nil {
		return
	}
	block, err := read(stream, protocol.OfferedTags*protocol.HandshakeTag)
	if err != nil {
		return
	}
	id := stream.Conn().RemotePeer()
	transcript := protocol.Transcript{DialerNonce: theirs, ListenerNonce: nonce, Dialer: id.String(), Listener: r.host.ID().String()}
	answer := random(protocol.HandshakeTag)
	member := false
	for _, epoch := range r.window() {
		expected := transcript.Tag(epoch.keys.Membership, "dialer")
		for i := 0; i < protocol.OfferedTags; i++ {
			if protocol.Matches(expected, block[i*protocol.HandshakeTag:(i+1)*protocol.HandshakeTag]) {
				answer, member = transcript.Tag(epoch.keys.Membership, "listener"), true
			}
		}
	}
	if _, err := stream.Write(answer); err == nil && member {
		r.host.admit(id)
	}
}
