package protocol

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	invitePrefix = "undertone:join/"
	linkFragment = "#/join/"
	inviteHeader = 3
	checksum     = 4
)

// Invite is everything somebody needs to come into a room.
type Invite struct {
	Kind               uint64 // 1 open, 2 invite, 3 list, 4 direct
	Room, Key          []byte
	Name               string
	Epoch, EpochLength uint64
	Secret, Founder    []byte
	Policy             []byte
	Expires, Uses      uint64
	Seed, Certificate  []byte
	Contacts           [][]byte // binary multiaddrs
}

// DecodeInvite reads an invite as text or as a web link.
func DecodeInvite(text string) (*Invite, error) {
	rest := strings.TrimSpace(text)
	if at := strings.Index(rest, linkFragment); at >= 0 {
		rest = rest[at+len(linkFragment):]
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(rest, invitePrefix))
	if err != nil || len(raw) < inviteHeader+checksum {
		return nil, errors.New("this is no invite")
	}
	if raw[0] != 1 {
		return nil, errors.New("this invite is of another version")
	}
	end := inviteHeader + int(binary.BigEndian.Uint16(raw[1:]))
	if len(raw) != end+checksum || !bytes.Equal(hash(raw[:end])[:checksum], raw[end:]) {
		return nil, errors.New("this invite was altered or cut off")
	}
	fields, err := readFields(raw[inviteHeader:end])
	if err != nil {
		return nil, err
	}
	invite := &Invite{}
	for _, f := range fields {
		switch f.number {
		case 1:
			invite.Kind = f.value
		case 2:
			invite.Room = f.bytes
		case 3:
			invite.Name = string(f.bytes)
		case 4:
			invite.Key = f.bytes
		case 5:
			invite.Epoch = f.value
		case 6:
			invite.EpochLength = f.value
		case 7:
			invite.Secret = f.bytes
		case 8:
			invite.Founder = f.bytes
		case 10:
			invite.Policy = f.bytes
		case 11:
			invite.Expires = f.value
		case 12:
			invite.Uses = f.value
		case 13:
			invite.Seed = f.bytes
		case 14:
			invite.Certificate = f.bytes
		case 15:
			invite.Contacts = append(invite.Contacts, f.bytes)
		}
	}
	if invite.EpochLength == 0 {
		invite.EpochLength = DefaultEpochLength
	}
	if len(invite.Room) != 32 || len(invite.Key) != 32 || len(invite.Contacts) > 8 {
		return nil, errors.New("a part of this invite has a wrong size")
	}
	return invite, nil
}

// StampBits is how dear the room's policy makes a persona.
func (i *Invite) StampBits() byte {
	var policy struct{ StampBits byte }
	if len(i.Policy) == 0 || json.Unmarshal(i.Policy, &policy) != nil {
		return 0
	}
	return policy.StampBits
}

// Admission shows that a persona holds an invite.
type Admission struct{ InviteKey, Certificate, Proof []byte }

// Admit signs a persona with the invite's key.
func (i *Invite) Admit(persona ed25519.PublicKey) *Admission {
	if len(i.Seed) != ed25519.SeedSize {
		return nil
	}
	key := ed25519.NewKeyFromSeed(i.Seed)
	return &Admission{
		InviteKey:   key.Public().(ed25519.PublicKey),
		Certificate: i.Certificate,
		Proof:       ed25519.Sign(key, Label("admission", i.Room, persona)),
	}
}

// ValidCertificate tells whether the issuer that a certificate names signed it for this room and invite key.
func ValidCertificate(room, certificate, inviteKey []byte) bool {
	if len(certificate) <= ed25519.SignatureSize || len(certificate) > maxCertBytes {
		return false
	}
	body := certificate[ed25519.SignatureSize:]
	fields, err := readFields(body)
	if err != nil {
		return false
	}
	var key, issuer []byte
	for _, f := range fields {
		switch f.number {
		case 1:
			key = f.bytes
		case 2:
			issuer = f.bytes
		}
	}
	return bytes.Equal(key, inviteKey) && len(issuer) == ed25519.PublicKeySize &&
		ed25519.Verify(issuer, Label("certificate", room, body), certificate[:ed25519.SignatureSize])
}

// Stamp pays for a persona's place in a room.
func Stamp(room []byte, persona ed25519.PublicKey, bits byte) []byte {
	if bits == 0 {
		return nil
	}
	password := Label("stamp", room, persona, []byte{bits})
	nonce := make([]byte, 16)
	for tries := uint32(0); ; tries++ {
		binary.BigEndian.PutUint32(nonce[12:], tries)
		if leadingZeros(argon2.IDKey(password, nonce, 1, 8*1024, 1, 32)) >= int(bits) {
			return append([]byte{bits}, nonce...)
		}
	}
}

func leadingZeros(work []byte) int {
	bits := 0
	for _, b := range work {
		for mask := byte(0x80); mask > 0; mask >>= 1 {
			if b&mask != 0 {
				return bits
			}
			bits++
		}
	}
	return bits
}
