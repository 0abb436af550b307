package protocol

import "crypto/hmac"

// Sizes of the membership handshake.
const (
	HandshakeNonce = 32
	HandshakeTag   = 32
	OfferedTags    = 4
)

// Transcript binds a proof to one handshake.
type Transcript struct {
	DialerNonce, ListenerNonce []byte
	Dialer, Listener           string // transport peer IDs as text
}

// Tag is one side's proof under an epoch's membership key.
func (t Transcript) Tag(membership []byte, role string) []byte {
	var parts [][]byte
	for _, part := range [][]byte{[]byte("undertone/1/member"), []byte(role), t.DialerNonce, t.ListenerNonce, []byte(t.Dialer), []byte(t.Listener)} {
		parts = append(parts, []byte{byte(len(part))}, part)
	}
	return mac(membership, parts...)
}

// Matches compares in constant time.
func Matches(a, b []byte) bool { return hmac.Equal(a, b) }
