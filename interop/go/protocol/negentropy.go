package protocol

import "errors"

// What is needed of Negentropy v1 by somebody who holds nothing.
const (
	negentropyVersion = 0x61
	modeSkip          = 0
	modeFingerprint   = 1
	modeIDList        = 2
)

var errNegentropy = errors.New("the answer is no reconciliation message")

// AskForAll is one range over all of time, in which we have no ID.
func AskForAll() []byte {
	return []byte{negentropyVersion, 0, 0, modeIDList, 0}
}

// varint is base 128, most significant digit first.
func varint(message []byte) (value uint64, rest []byte, err error) {
	for i, b := range message {
		if i == 9 {
			break
		}
		value = value<<7 | uint64(b&0x7f)
		if b&0x80 == 0 {
			return value, message[i+1:], nil
		}
	}
	return 0, nil, errNegentropy
}

// ListedIDs reads the IDs that an answer lists; ranges that are only fingerprinted are left for another time.
func ListedIDs(message []byte) ([][]byte, error) {
	if len(message) == 0 || message[0] != negentropyVersion {
		return nil, errNegentropy
	}
	var ids [][]byte
	for message = message[1:]; len(message) > 0; {
		_, rest, err := varint(message) // time of the bound
		if err != nil || len(rest) == 0 || int(rest[0]) > idLength || len(rest) < int(rest[0])+2 {
			return nil, errNegentropy
		}
		rest = rest[1+int(rest[0]):]
		mode := rest[0]
		rest = rest[1:]
		switch mode {
		case modeSkip:
		case modeFingerprint:
			if len(rest) < 16 {
				return nil, errNegentropy
			}
			rest = rest[16:]
		case modeIDList:
			count, after, err := varint(rest)
			if err != nil || count > uint64(len(after)/idLength) {
				return nil, errNegentropy
			}
			for ; count > 0; count-- {
				ids = append(ids, after[:idLength])
				after = after[idLength:]
			}
			rest = after
		default:
			return nil, errNegentropy
		}
		message = rest
	}
	return ids, nil
}
