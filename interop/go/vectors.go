package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"undertone.example/interop/protocol"
)

type vectorFile struct {
	Names []struct {
		Name, Passphrase, Secret string
		EpochLength              uint64
	}
	Schedule struct {
		Secret, Room string
		Genesis      struct {
			Epoch uint64
			Key   string
		}
		Next   struct{ Key, Next string }
		Epochs []struct {
			Epoch                                                                   uint64
			Key, Topic, Rendezvous, Envelope, Membership, Nonce, RecordSeed, Record string
		}
	}
	Persona  struct{ Seed, PublicKey, Persona string }
	Messages struct {
		Room  string
		Epoch uint64
		List  []struct {
			Kind, ID, Payload, Signature, Envelope string
			Sequence                               uint64
		}
	}
	Gossip     struct{ Topic, Envelope, ID string }
	Membership struct {
		Epoch                                                                uint64
		Dialer, Listener, DialerNonce, ListenerNonce, DialerTag, ListenerTag string
	}
	Stamp struct {
		Room, Persona, Stamp string
		Bits                 byte
	}
	Invite struct{ Text, Room, EpochKey string }
	Record struct {
		Epoch      uint64
		Slot       byte
		Key, Value string
	}
}

func unhex(text string) []byte {
	value, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return value
}

// checkVectors compares everything in the file with what this implementation computes.
func checkVectors(path string) (passed, failed int) {
	check := func(ok bool, what string, args ...any) {
		if ok {
			passed++
			return
		}
		failed++
		fmt.Fprintf(os.Stderr, "FAILED: "+what+"\n", args...)
	}
	raw, err := os.ReadFile(path)
	var v vectorFile
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil {
		check(false, "the vectors cannot be read: %v", err)
		return
	}
	same := func(got []byte, want string) bool { return len(want) > 0 && hex.EncodeToString(got) == want }

	for _, n := range v.Names {
		length := n.EpochLength
		if length == 0 {
			length = protocol.DefaultEpochLength
		}
		check(same(protocol.SecretFromName(n.Name, n.Passphrase, length), n.Secret), "secret of %q", n.Name)
	}

	secret := unhex(v.Schedule.Secret)
	check(same(protocol.RoomID(secret), v.Schedule.Room), "room ID")
	check(same(protocol.GenesisKey(secret, v.Schedule.Genesis.Epoch), v.Schedule.Genesis.Key), "genesis key")
	check(same(protocol.Next(unhex(v.Schedule.Next.Key)), v.Schedule.Next.Next), "next key")
	for _, e := range v.Schedule.Epochs {
		key := protocol.KeyFromSecret(secret, e.Epoch)
		keys := protocol.Keys(key)
		want := protocol.EpochKeys{Topic: e.Topic, Rendezvous: unhex(e.Rendezvous), Envelope: unhex(e.Envelope), Membership: unhex(e.Membership), Nonce: unhex(e.Nonce), RecordSeed: unhex(e.RecordSeed), RecordSealing: unhex(e.Record)}
		check(same(key, e.Key) && reflect.DeepEqual(keys, want), "keys of epoch %d", e.Epoch)
	}

	author := ed25519.NewKeyFromSeed(unhex(v.Persona.Seed))
	public := author.Public().(ed25519.PublicKey)
	persona, err := protocol.Persona(public)
	check(err == nil && same(public, v.Persona.PublicKey) && persona == v.Persona.Persona, "persona")

	room := unhex(v.Messages.Room)
	keys := protocol.Keys(protocol.KeyFromSecret(secret, v.Messages.Epoch))
	var previous []byte
	for _, m := range v.Messages.List {
		message, err := protocol.Decode(append(unhex(m.Signature), unhex(m.Payload)...))
		if err != nil {
			check(false, "message %s: %v", m.Kind, err)
			continue
		}
		check(same(message.ID, m.ID) && message.Sequence == m.Sequence && bytes.Equal(message.Previous, previous), "message %s: ID and chain", m.Kind)
		check(message.Valid(room) && !message.Valid(append([]byte{0}, room[1:]...)), "message %s: signature, for this room only", m.Kind)
		again, err := protocol.Sign(author, room, protocol.Draft{Sequence: message.Sequence, Time: message.Time, Previous: message.Previous, Seen: message.Seen, Kind: message.Kind, Body: message.Body})
		check(err == nil && bytes.Equal(again.Encoded(), message.Encoded()), "message %s: signed again", m.Kind)
		envelope, err := protocol.Pack(keys, message.Encoded())
		check(err == nil && same(envelope, m.Envelope), "message %s: sealed", m.Kind)
		opened, ok := protocol.Unpack(keys, unhex(m.Envelope))
		check(ok && bytes.Equal(opened, message.Encoded()), "message %s: opened", m.Kind)
		damaged := unhex(m.Envelope)
		damaged[len(damaged)/2] ^= 1
		_, ok = protocol.Unpack(keys, damaged)
		check(!ok, "message %s: an altered envelope is refused", m.Kind)
		previous = message.ID
	}
	if len(v.Messages.List) > 0 {
		first, _ := protocol.Decode(append(unhex(v.Messages.List[0].Signature), unhex(v.Messages.List[0].Payload)...))
		text, ok := first.Text()
		check(ok && text == "héllo, 世界", "text of the first message")
	}

	check(same(protocol.GossipID(v.Gossip.Topic, unhex(v.Gossip.Envelope)), v.Gossip.ID), "gossip ID")
	m := v.Membership
	transcript := protocol.Transcript{DialerNonce: unhex(m.DialerNonce), ListenerNonce: unhex(m.ListenerNonce), Dialer: m.Dialer, Listener: m.Listener}
	membership := protocol.Keys(protocol.KeyFromSecret(secret, m.Epoch)).Membership
	check(same(transcript.Tag(membership, "dialer"), m.DialerTag) && same(transcript.Tag(membership, "listener"), m.ListenerTag), "membership tags")
	check(v.Stamp.Persona == persona && same(protocol.Stamp(unhex(v.Stamp.Room), public, v.Stamp.Bits), v.Stamp.Stamp), "stamp")

	invite, err := protocol.DecodeInvite(v.Invite.Text)
	if err != nil {
		check(false, "invite: %v", err)
	} else {
		check(same(invite.Room, v.Invite.Room) && same(invite.Key, v.Invite.EpochKey) && invite.Name == "Kitchen" && invite.Epoch == 5 && invite.Uses == 1 && len(invite.Contacts) == 1, "invite")
		admission := invite.Admit(public)
		check(admission != nil && protocol.ValidCertificate(invite.Room, invite.Certificate, admission.InviteKey), "invite: certificate")
		_, err = protocol.DecodeInvite(v.Invite.Text[:len(v.Invite.Text)-4])
		check(err != nil, "invite: one that was cut off is refused")
	}

	keys = protocol.Keys(protocol.KeyFromSecret(secret, v.Record.Epoch))
	value := unhex(v.Record.Value)
	check(same(protocol.RecordKey(keys, v.Record.Slot), v.Record.Key), "record: key")
	check(protocol.ValidRecord(unhex(v.Record.Key), value), "record: signature")
	contacts, ok := protocol.OpenRecord(keys, value)
	check(ok && len(contacts) == 1 && contacts[0].Time == 1_700_000_000_000 && len(contacts[0].Addresses) == 1, "record: contacts")
	value[100] ^= 1
	check(!protocol.ValidRecord(unhex(v.Record.Key), value), "record: an altered one is refused")
	return
}
