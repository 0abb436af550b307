package main

import (
	"context"
	"encoding/hex"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/peer"
	libp2p "github.com/libp2p/go-libp2p/core/protocol"
	"google.golang.org/protobuf/encoding/protowire"

	"undertone.example/interop/protocol"
)

const (
	gossipProtocol = "/meshsub/1.2.0"
	// live messages are dated so near to now; older ones come by sync
	liveWindow = 5 * time.Minute
	maxSeen    = 8
	maxAuthors = 1_024
)

type subscribedTopic struct {
	topic  *pubsub.Topic
	cancel func()
}

// startGossip runs gossipsub without signatures; it hears of proven members only (see memberHost).
func (r *room) startGossip(ctx context.Context) (err error) {
	params := pubsub.DefaultGossipSubParams()
	params.D, params.Dlo, params.Dhi, params.Dlazy, params.Dscore, params.Dout = 4, 3, 6, 3, 2, 1
	r.gossip, err = pubsub.NewGossipSub(ctx, r.host,
		pubsub.WithGossipSubParams(params),
		pubsub.WithGossipSubProtocols([]libp2p.ID{gossipProtocol}, pubsub.GossipSubDefaultFeatures),
		pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign),
		pubsub.WithNoAuthor(),
		pubsub.WithFloodPublish(false),
		pubsub.WithMaxMessageSize(1<<20),
		pubsub.WithMessageIdFn(func(m *pb.Message) string {
			return string(protocol.GossipID(m.GetTopic(), m.GetData()))
		}))
	if err == nil {
		err = r.subscribe(ctx)
	}
	return err
}

// roll follows the room from epoch to epoch.
func (r *room) roll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
			r.subscribe(ctx)
		}
	}
}

// subscribe joins the topics of the epochs accepted now and leaves the others.
func (r *room) subscribe(ctx context.Context) error {
	r.topicsMu.Lock()
	defer r.topicsMu.Unlock()
	wanted := map[string]bool{}
	for _, each := range r.window() {
		wanted[each.keys.Topic] = true
		if r.topics[each.keys.Topic] != nil {
			continue
		}
		keys := each.keys
		err := r.gossip.RegisterTopicValidator(keys.Topic, func(_ context.Context, from peer.ID, message *pubsub.Message) pubsub.ValidationResult {
			return r.judge(keys, from, message.GetData())
		}, pubsub.WithValidatorInline(true))
		if err != nil {
			return err
		}
		topic, err := r.gossip.Join(keys.Topic)
		if err != nil {
			return err
		}
		subscription, err := topic.Subscribe()
		if err != nil {
			return err
		}
		go func() {
			for {
				if _, err := subscription.Next(ctx); err != nil {
					return
				}
			}
		}()
		r.topics[keys.Topic] = &subscribedTopic{topic, subscription.Cancel}
	}
	for name, each := range r.topics {
		if !wanted[name] {
			each.cancel()
			each.topic.Close()
			r.gossip.UnregisterTopicValidator(name)
			delete(r.topics, name)
		}
	}
	return nil
}

// judge checks an envelope, cheapest first: what no honest member could have sent is rejected.
func (r *room) judge(keys protocol.EpochKeys, from peer.ID, envelope []byte) pubsub.ValidationResult {
	if from == r.host.ID() {
		return pubsub.ValidationAccept
	}
	signed, ok := protocol.Unpack(keys, envelope)
	if !ok {
		return pubsub.ValidationReject
	}
	message, err := protocol.Decode(signed)
	if err != nil {
		return pubsub.ValidationReject
	}
	now, window := millis(), uint64(liveWindow.Milliseconds())
	if message.Time+window < now || message.Time > now+window {
		return pubsub.ValidationIgnore
	}
	if !message.Valid(r.invite.Room) {
		return pubsub.ValidationReject
	}
	author, err := protocol.Persona(message.Author)
	if err != nil {
		return pubsub.ValidationReject
	}
	r.heard.acknowledge(from, envelope)
	r.mu.Lock()
	if len(r.seen) < maxAuthors || r.seen[author] != nil {
		r.seen[author] = message.ID
	}
	r.mu.Unlock()
	text, _ := message.Text()
	if name, ok := message.Petname(); ok {
		text = name
	}
	r.tell(notice{Event: "message", Persona: author, ID: hex.EncodeToString(message.ID), Kind: int(message.Kind), Text: text})
	return pubsub.ValidationAccept
}

// say signs a statement and publishes it in the current epoch.
func (r *room) say(ctx context.Context, kind protowire.Number, body []byte) (*protocol.Message, error) {
	r.mu.Lock()
	var seen [][]byte
	for _, id := range r.seen {
		if len(seen) < maxSeen {
			seen = append(seen, id)
		}
	}
	message, err := protocol.Sign(r.persona, r.invite.Room, protocol.Draft{Sequence: r.sequence, Time: millis(), Previous: r.previous, Seen: seen, Kind: kind, Body: body})
	if err == nil {
		r.sequence++
		r.previous = message.ID
	}
	r.mu.Unlock()
	if err != nil {
		return nil, err
	}
	current := r.window()[0]
	envelope, err := protocol.Pack(current.keys, message.Encoded())
	if err != nil {
		return nil, err
	}
	r.heard.expect(envelope, message.ID)
	if err := r.subscribe(ctx); err != nil { // a new epoch may just have begun
		return nil, err
	}
	r.topicsMu.Lock()
	topic := r.topics[current.keys.Topic].topic
	r.topicsMu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return message, topic.Publish(ctx, envelope, pubsub.WithReadiness(pubsub.MinTopicSize(1)))
}
