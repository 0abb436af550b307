package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"undertone.example/interop/protocol"
)

const (
	syncProtocol = "/undertone/sync/1.0.0"
	maxFrame     = 1 << 20
	maxWanted    = 4_096
	syncTimeout  = 30 * time.Second
)

// Kinds of frames on a sync stream.
const (
	frameGreeting = iota
	frameReconcile
	frameWant
	frameMessages
	frameDone
)

// history asks a member for what was said before: somebody who holds nothing reconciles in one turn,
// with an empty list of IDs for the whole of time.
func (r *room) history(ctx context.Context, member peer.ID) error {
	stream, err := r.host.NewStream(ctx, member, syncProtocol)
	if err != nil {
		return err
	}
	defer stream.Close()
	stream.SetDeadline(time.Now().Add(syncTimeout))
	reader := bufio.NewReader(stream)
	send := func(kind byte, body []byte) error {
		frame := binary.AppendUvarint(nil, uint64(len(body)+1))
		_, err := stream.Write(append(append(frame, kind), body...))
		return err
	}
	receive := func(kind byte) ([]byte, error) {
		length, err := binary.ReadUvarint(reader)
		if err != nil {
			return nil, err
		}
		if length == 0 || length > maxFrame {
			return nil, errors.New("a frame has no size that frames have")
		}
		frame := make([]byte, length)
		if _, err := io.ReadFull(reader, frame); err != nil {
			return nil, err
		}
		if frame[0] == frameDone && kind == frameMessages {
			return nil, io.EOF
		}
		if frame[0] != kind {
			return nil, errors.New("another frame was expected")
		}
		return frame[1:], nil
	}

	if err := send(frameGreeting, make([]byte, 8)); err != nil {
		return err
	}
	if _, err := receive(frameGreeting); err != nil {
		return err
	}
	if err := send(frameReconcile, protocol.AskForAll()); err != nil {
		return err
	}
	answer, err := receive(frameReconcile)
	if err != nil {
		return err
	}
	ids, err := protocol.ListedIDs(answer)
	if err != nil || len(ids) == 0 {
		return err
	}
	wanted := map[string]bool{}
	var body []byte
	for _, id := range ids[max(0, len(ids)-maxWanted):] {
		wanted[string(id)] = true
		body = append(body, id...)
	}
	if err := send(frameWant, body); err != nil {
		return err
	}
	for {
		batch, err := receive(frameMessages)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.recount(batch, wanted); err != nil {
			return err
		}
	}
}

// recount tells the messages of one batch, each checked by its own signature.
func (r *room) recount(batch []byte, wanted map[string]bool) error {
	for reader := bytes.NewReader(batch); reader.Len() > 0; {
		var length uint32
		if err := binary.Read(reader, binary.BigEndian, &length); err != nil || int(length) > reader.Len() {
			return errors.New("a batch of messages was cut off")
		}
		signed := make([]byte, length)
		reader.Read(signed)
		message, err := protocol.Decode(signed)
		if err != nil {
			return err
		}
		if !wanted[string(message.ID)] || !message.Valid(r.invite.Room) {
			return errors.New("the member sent what was not asked for, or what nobody signed")
		}
		author, err := protocol.Persona(message.Author)
		if err != nil {
			return err
		}
		text, _ := message.Text()
		r.tell(notice{Event: "history", Persona: author, ID: hex.EncodeToString(message.ID), Kind: int(message.Kind), Text: text})
	}
	return nil
}
