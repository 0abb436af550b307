package protocol

import (
	"bytes"
	"crypto/ed25519"
)

const (
	recordLength = 4_096
	recordHeader = ed25519.PublicKeySize + 1 + 8
)

// RecordKey is where a slot's sealed record lies in the DHT.
func RecordKey(keys EpochKeys, slot byte) []byte {
	public := ed25519.NewKeyFromSeed(keys.RecordSeed).Public().(ed25519.PublicKey)
	return append([]byte("/undertone/"), hash(Label("record-key", public, []byte{slot}))...)
}

// ValidRecord is what a DHT server can check without any secret.
func ValidRecord(key, value []byte) bool {
	if len(value) != recordLength {
		return false
	}
	public, slot, end := value[:ed25519.PublicKeySize], value[ed25519.PublicKeySize], recordLength-ed25519.SignatureSize
	expected := append([]byte("/undertone/"), hash(Label("record-key", public, []byte{slot}))...)
	return bytes.Equal(expected, key) && ed25519.Verify(public, Label("record", value[:end]), value[end:])
}

// Contact is a member as a record names it.
type Contact struct {
	Peer      []byte
	Addresses [][]byte
	Time      uint64
}

// OpenRecord reads the contacts of a sealed record.
func OpenRecord(keys EpochKeys, value []byte) ([]Contact, bool) {
	if len(value) != recordLength {
		return nil, false
	}
	padded, ok := openX(keys.RecordSealing, value[recordHeader:recordLength-ed25519.SignatureSize], value[:recordHeader])
	if !ok {
		return nil, false
	}
	body, ok := unpad(padded)
	if !ok {
		return nil, false
	}
	fields, err := readFields(body)
	if err != nil {
		return nil, false
	}
	var contacts []Contact
	for _, f := range fields {
		inner, err := readFields(f.bytes)
		if err != nil {
			return nil, false
		}
		var contact Contact
		for _, g := range inner {
			switch g.number {
			case 1:
				contact.Peer = g.bytes
			case 2:
				contact.Addresses = append(contact.Addresses, g.bytes)
			case 3:
				contact.Time = g.value
			}
		}
		contacts = append(contacts, contact)
	}
	return contacts, true
}
