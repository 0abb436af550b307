package protocol

import (
	"bytes"
	"crypto/subtle"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
)

const (
	nonceLength  = chacha20poly1305.NonceSizeX
	sealOverhead = nonceLength + chacha20poly1305.Overhead
	smallest     = 256
	largest      = 65_536
)

// sizeClass is the smallest power of two from 256 to 65,536 that holds length bytes; 0: none.
func sizeClass(length int) int {
	for size := smallest; size <= largest; size *= 2 {
		if size >= length {
			return size
		}
	}
	return 0
}

func pad(plain []byte, length int) []byte {
	padded := make([]byte, length)
	copy(padded, plain)
	padded[len(plain)] = 0x80
	return padded
}

func unpad(padded []byte) ([]byte, bool) {
	end := len(bytes.TrimRight(padded, "\x00"))
	if end == 0 || padded[end-1] != 0x80 {
		return nil, false
	}
	return padded[:end-1], true
}

func sealX(key, nonce, plain, aad []byte) []byte {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err) // only for keys of another length
	}
	return aead.Seal(append([]byte{}, nonce...), nonce, plain, aad)
}

func openX(key, sealed, aad []byte) ([]byte, bool) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil || len(sealed) < sealOverhead {
		return nil, false
	}
	plain, err := aead.Open(nil, sealed[:nonceLength], sealed[nonceLength:], aad)
	return plain, err == nil
}

// Pack seals a signed message for one epoch: same message, same bytes.
func Pack(keys EpochKeys, signed []byte) ([]byte, error) {
	size := sizeClass(len(signed) + sealOverhead + 1)
	if size == 0 {
		return nil, errors.New("the message does not fit the largest envelope")
	}
	padded := pad(signed, size-sealOverhead)
	return sealX(keys.Envelope, mac(keys.Nonce, padded)[:nonceLength], padded, nil), nil
}

// Unpack opens an envelope; false for one that is not of this epoch, or not the only one its message has.
func Unpack(keys EpochKeys, envelope []byte) ([]byte, bool) {
	if sizeClass(len(envelope)) != len(envelope) {
		return nil, false
	}
	padded, ok := openX(keys.Envelope, envelope, nil)
	if !ok || subtle.ConstantTimeCompare(mac(keys.Nonce, padded)[:nonceLength], envelope[:nonceLength]) != 1 {
		return nil, false
	}
	signed, ok := unpad(padded)
	return signed, ok && sizeClass(len(signed)+sealOverhead+1) == len(envelope)
}

// GossipID names an envelope in gossip: 16 bytes of its SHA-256 and 4 of its topic.
func GossipID(topic string, envelope []byte) []byte {
	id := append([]byte{}, hash(envelope)[:16]...)
	for i := 0; i+1 < len(topic) && i < 8; i += 2 {
		id = append(id, unhex(topic[i])<<4|unhex(topic[i+1]))
	}
	return id
}

func unhex(digit byte) byte {
	if digit >= 'a' {
		return digit - 'a' + 10
	}
	return digit - '0'
}

// HeardPrefix is how an acknowledgement names an envelope.
func HeardPrefix(envelope []byte) [16]byte { return [16]byte(hash(envelope)[:16]) }
