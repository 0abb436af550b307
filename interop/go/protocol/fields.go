package protocol

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

var errFields = errors.New("the bytes are no protobuf message of this protocol")

// field is one protobuf field as found: a number, or bytes.
type field struct {
	number protowire.Number
	value  uint64
	bytes  []byte
}

// readFields parts a protobuf message; the meaning of numbers is the caller's.
func readFields(message []byte) ([]field, error) {
	var fields []field
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return nil, errFields
		}
		message = message[n:]
		found := field{number: number}
		switch kind {
		case protowire.VarintType:
			found.value, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			found.bytes, n = protowire.ConsumeBytes(message)
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return nil, errFields
		}
		message = message[n:]
		fields = append(fields, found)
	}
	return fields, nil
}

// writer builds a protobuf message; empty values are left out, as proto3 does.
type writer []byte

func (w *writer) bytes(number protowire.Number, value []byte) {
	if len(value) > 0 {
		w.message(number, value)
	}
}

// message writes also what is empty: a body says its kind by being there.
func (w *writer) message(number protowire.Number, value []byte) {
	*w = protowire.AppendBytes(protowire.AppendTag(*w, number, protowire.BytesType), value)
}

func (w *writer) number(number protowire.Number, value uint64) {
	if value != 0 {
		*w = protowire.AppendVarint(protowire.AppendTag(*w, number, protowire.VarintType), value)
	}
}
