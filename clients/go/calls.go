package sendback

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	firstWait   = 50 * time.Millisecond
	longestWait = 2 * time.Second
)

var (
	// Calls are what is tried again; the connection must not lag behind them.
	reconnecting = grpc.ConnectParams{
		Backoff:           backoff.Config{BaseDelay: firstWait, Multiplier: 2, Jitter: 0.5, MaxDelay: longestWait},
		MinConnectTimeout: 5 * time.Second,
	}
	questions = strings.Fields("Get List Find Explain Quote Estimate Diff Simulate Preview Check Start Revoke Deliver")
)

// manner is what every call gets: metadata, request id, deadline, retries.
type manner struct {
	token       func(context.Context) (string, error)
	timeout     time.Duration
	language    string
	actor       string
	credentials credentials.TransportCredentials
}

func (m *manner) unary(
	ctx context.Context, method string, request, answer any, connection *grpc.ClientConn,
	invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, m.timeout)
		defer cancel()
	}
	request, named := withRequestID(request)
	rests := pauses{}
	for {
		known, err := m.withMetadata(ctx)
		if err != nil {
			return err
		}
		err = errorOf(invoke(known, method, request, answer, connection, options...))
		if err == nil {
			return nil
		}
		if !(named || isQuestion(method)) || !rests.after(ctx, err) {
			return err
		}
	}
}

func (m *manner) stream(
	ctx context.Context, description *grpc.StreamDesc, connection *grpc.ClientConn, method string,
	open grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	known, err := m.withMetadata(ctx)
	if err != nil {
		return nil, err
	}
	stream, err := open(known, description, connection, method, options...)
	if err != nil {
		return nil, errorOf(err)
	}
	return told{stream}, nil
}

// withMetadata leaves what the caller gave for this call.
func (m *manner) withMetadata(ctx context.Context) (context.Context, error) {
	token, err := m.token(ctx)
	if err != nil {
		return nil, fmt.Errorf("sendback: there is no token to show: %w", err)
	}
	given, _ := metadata.FromOutgoingContext(ctx)
	all := metadata.Join(given)
	all.Set("authorization", "Bearer "+token)
	for name, value := range map[string]string{"accept-language": m.language, "actor": m.actor} {
		if value != "" && len(all.Get(name)) == 0 {
			all.Set(name, value)
		}
	}
	return metadata.NewOutgoingContext(ctx, all), nil
}

// withRequestID answers a copy that has a request id, where the message knows one and the caller gave none; and whether
// the message has one now. The same id at every try tells the service that it is the same request.
func withRequestID(request any) (any, bool) {
	message, ok := request.(proto.Message)
	if !ok {
		return request, false
	}
	field := message.ProtoReflect().Descriptor().Fields().ByName("request_id")
	if field == nil {
		return request, false
	}
	if message.ProtoReflect().Get(field).String() != "" {
		return request, true
	}
	named := proto.Clone(message)
	named.ProtoReflect().Set(field, protoreflect.ValueOfString(newRequestID()))
	return named, true
}

// isQuestion says whether a call changes nothing, or nothing more when it is repeated.
func isQuestion(method string) bool {
	for _, verb := range questions {
		if strings.HasPrefix(path.Base(method), verb) {
			return true
		}
	}
	return false
}

// pauses are between the tries of a call, longer each time.
type pauses struct{ last time.Duration }

func (p *pauses) next() time.Duration {
	p.last = min(longestWait, max(firstWait, 2*p.last))
	return time.Duration(float64(p.last) * (0.5 + rand.Float64()))
}

// after rests where it is of use to try again, and says whether it is.
func (p *pauses) after(ctx context.Context, err error) bool {
	refused, ok := err.(*Error)
	if !ok || !(refused.Code == codes.Unavailable || refused.Code == codes.ResourceExhausted && refused.RetryAfter > 0) {
		return false
	}
	rest := max(refused.RetryAfter, p.next())
	if deadline, bounded := ctx.Deadline(); bounded && time.Until(deadline) <= rest {
		return false
	}
	return sleep(ctx, rest)
}

// sleep says whether it was left in peace.
func sleep(ctx context.Context, rest time.Duration) bool {
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// told is a stream whose refusals are *Error.
type told struct{ grpc.ClientStream }

func (s told) SendMsg(message any) error { return errorOf(s.ClientStream.SendMsg(message)) }

func (s told) RecvMsg(message any) error {
	err := s.ClientStream.RecvMsg(message)
	if err == io.EOF {
		return err
	}
	return errorOf(err)
}
