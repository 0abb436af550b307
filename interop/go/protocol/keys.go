// Package protocol implements Undertone's wire protocol from docs/protocol.md: pure functions, no
// network. It shares no code with the TypeScript implementation.
package protocol

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"regexp"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// DefaultEpochLength is one hour, in milliseconds.
const DefaultEpochLength = 3_600_000

// AnchorInterval is how many epochs of an open room hang on one anchor.
const AnchorInterval = 4_096

const maxAdvance = 1_000_000

// Label is "undertone/1/<name>" followed by the parts.
func Label(name string, parts ...[]byte) []byte {
	bytes := []byte("undertone/1/" + name)
	for _, part := range parts {
		bytes = append(bytes, part...)
	}
	return bytes
}

func u64(value uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, value)
}

func derive(key []byte, name string, parts ...[]byte) []byte {
	derived, err := hkdf.Key(sha256.New, key, nil, string(Label(name, parts...)), 32)
	if err != nil {
		panic(err) // only for lengths over 8,160 bytes
	}
	return derived
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

func hash(parts ...[]byte) []byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

var spaces = regexp.MustCompile(`[\s\p{Z}\x{feff}]+`)

// CanonicalName is the form of a room name that everybody who types it arrives at.
func CanonicalName(name string) string {
	folded := cases.Fold().String(norm.NFKC.String(name))
	return strings.Trim(spaces.ReplaceAllString(norm.NFKC.String(folded), " "), " ")
}

// SecretFromName gives an open room's secret: Argon2id, 64 MiB, 3 passes, one lane.
func SecretFromName(name, passphrase string, epochLength uint64) []byte {
	var password []byte
	for _, part := range []string{CanonicalName(name), norm.NFKC.String(passphrase)} {
		password = append(append(password, u64(uint64(len(part)))...), part...)
	}
	if epochLength != DefaultEpochLength {
		password = append(password, u64(epochLength)...)
	}
	return argon2.IDKey(password, hash(Label("open-room"))[:16], 3, 64*1024, 1, 32)
}

// RoomID is derived from the secret.
func RoomID(secret []byte) []byte { return derive(secret, "room-id") }

// GenesisKey is the first key of an invite-only room.
func GenesisKey(secret []byte, epoch uint64) []byte { return derive(secret, "genesis", u64(epoch)) }

// Next is K(e+1) of a chain without anchors.
func Next(key []byte) []byte { return derive(key, "next") }

func anchor(secret []byte, epoch uint64) []byte { return derive(secret, "anchor", u64(epoch)) }

// KeyFromSecret is K(e) of an open room.
func KeyFromSecret(secret []byte, epoch uint64) []byte {
	key := anchor(secret, epoch-epoch%AnchorInterval)
	for step := epoch % AnchorInterval; step > 0; step-- {
		key = Next(key)
	}
	return key
}

// KeyAt moves K(from) forward to K(to); with an open room's secret it starts there instead.
func KeyAt(secret, key []byte, from, to uint64) ([]byte, error) {
	if len(secret) == 32 {
		return KeyFromSecret(secret, to), nil
	}
	if to < from || to-from > maxAdvance {
		return nil, errors.New("the epoch is before the key, or too far after it: check the clock")
	}
	for ; from < to; from++ {
		key = Next(key)
	}
	return key, nil
}

// EpochKeys is what one epoch of a room uses.
type EpochKeys struct {
	Topic                                                              string
	Rendezvous, Envelope, Membership, Nonce, RecordSeed, RecordSealing []byte
}

// Keys derives an epoch's keys from K(e).
func Keys(key []byte) EpochKeys {
	return EpochKeys{
		Topic:         hex.EncodeToString(derive(key, "topic")[:16]),
		Rendezvous:    derive(key, "rendezvous"),
		Envelope:      derive(key, "envelope"),
		Membership:    derive(key, "membership"),
		Nonce:         derive(key, "nonce"),
		RecordSeed:    derive(key, "record-seed"),
		RecordSealing: derive(key, "record"),
	}
}
