package protocol

import (
	"crypto/ed25519"
	"errors"
	"unicode/utf8"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"google.golang.org/protobuf/encoding/protowire"
)

// Numbers of bodies in a payload.
const (
	BodyText     = 16
	BodyReply    = 17
	BodyReaction = 18
	BodyHello    = 24
	BodyBurn     = 25
)

const (
	maxSeen      = 8
	maxText      = 16_384
	firstBody    = 16
	maxSafe      = 1<<53 - 1
	maxSigned    = largest - sealOverhead - 1
	idLength     = 32
	maxPetname   = 64
	maxCertBytes = 512
)

// Message is what a persona says.
type Message struct {
	ID, Payload, Signature []byte
	Author                 ed25519.PublicKey
	Sequence, Time         uint64
	Previous               []byte
	Seen                   [][]byte
	// Kind is the number of the body; 0: none that this version knows
	Kind protowire.Number
	Body []byte
}

// Persona is a public key as text: a libp2p peer ID.
func Persona(key ed25519.PublicKey) (string, error) {
	public, err := crypto.UnmarshalEd25519PublicKey(key)
	if err != nil {
		return "", err
	}
	id, err := peer.IDFromPublicKey(public)
	return id.String(), err
}

// Draft is what an author decides before signing.
type Draft struct {
	Sequence, Time uint64
	Previous       []byte
	Seen           [][]byte
	Kind           protowire.Number
	Body           []byte
}

// Sign gives a message of one room.
func Sign(key ed25519.PrivateKey, room []byte, draft Draft) (*Message, error) {
	var w writer
	w.bytes(1, key.Public().(ed25519.PublicKey))
	w.number(2, draft.Sequence)
	w.bytes(3, draft.Previous)
	for _, id := range draft.Seen {
		w.bytes(4, id)
	}
	w.number(5, draft.Time)
	w.message(draft.Kind, draft.Body)
	return Decode(append(ed25519.Sign(key, statement(room, w)), w...))
}

func statement(room, payload []byte) []byte { return Label("message", room, payload) }

// Encoded is signature, then payload.
func (m *Message) Encoded() []byte { return append(append([]byte{}, m.Signature...), m.Payload...) }

// Valid tells whether the author signed this for this room.
func (m *Message) Valid(room []byte) bool {
	return ed25519.Verify(m.Author, statement(room, m.Payload), m.Signature)
}

// Decode reads signature and payload; it checks form and limits, not the signature.
func Decode(signed []byte) (*Message, error) {
	if len(signed) <= ed25519.SignatureSize || len(signed) > maxSigned {
		return nil, errors.New("the message was cut off, or is too long")
	}
	m := &Message{Signature: signed[:ed25519.SignatureSize], Payload: signed[ed25519.SignatureSize:]}
	m.ID = hash(m.Payload)
	fields, err := readFields(m.Payload)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		switch {
		case f.number == 1:
			m.Author = f.bytes
		case f.number == 2:
			m.Sequence = f.value
		case f.number == 3:
			m.Previous = f.bytes
		case f.number == 4:
			m.Seen = append(m.Seen, f.bytes)
		case f.number == 5:
			m.Time = f.value
		case f.number >= firstBody:
			m.Kind, m.Body = f.number, f.bytes
		}
	}
	previous := idLength
	if m.Sequence == 0 {
		previous = 0
	}
	if len(m.Author) != ed25519.PublicKeySize || len(m.Previous) != previous || len(m.Seen) > maxSeen || m.Sequence > maxSafe || m.Time > maxSafe {
		return nil, errors.New("a field of the message has a wrong size")
	}
	for _, id := range m.Seen {
		if len(id) != idLength {
			return nil, errors.New("the message names something that is no message")
		}
	}
	return m, nil
}

// Text is what a text or reply says.
func (m *Message) Text() (string, bool) {
	number := protowire.Number(1)
	switch m.Kind {
	case BodyText:
	case BodyReply:
		number = 2
	default:
		return "", false
	}
	return textField(m.Body, number)
}

func textField(body []byte, number protowire.Number) (string, bool) {
	fields, err := readFields(body)
	if err != nil {
		return "", false
	}
	var text []byte
	for _, f := range fields {
		if f.number == number {
			text = f.bytes
		}
	}
	return string(text), len(text) <= maxText && utf8.Valid(text)
}

// TextBody is the body of a text that mentions nobody.
func TextBody(text string) []byte {
	var w writer
	w.bytes(1, []byte(text))
	return w
}

// HelloBody introduces a persona; admission may be nil where no invite is needed.
func HelloBody(petname string, stamp []byte, admission *Admission) []byte {
	var w writer
	w.bytes(2, stamp)
	w.bytes(3, []byte(petname))
	if admission != nil {
		var a writer
		a.bytes(1, admission.InviteKey)
		a.bytes(2, admission.Certificate)
		a.bytes(3, admission.Proof)
		w.message(4, a)
	}
	return w
}

// Petname is the name that a hello asks to be called by.
func (m *Message) Petname() (string, bool) {
	if m.Kind != BodyHello {
		return "", false
	}
	name, ok := textField(m.Body, 3)
	return name, ok && len(name) <= maxPetname
}
