package sendback

import (
	"context"
	"errors"
	"io"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	sendbackv1 "sendback.dev/sendback/v1"
)

// WatchEvents gives events behind request.ResumeToken, without gap or repetition, also when the line breaks in between.
// It ends with a refusal, with the context, and where the request says StopAtEnd.
//
//	for event, err := range client.WatchEvents(ctx, &sendbackv1.WatchEventsRequest{ResumeToken: kept}) { … }
func (c *Client) WatchEvents(ctx context.Context, request *sendbackv1.WatchEventsRequest) iter.Seq2[*sendbackv1.Event, error] {
	behind := request.GetResumeToken()
	begin := func(ctx context.Context) (grpc.ServerStreamingClient[sendbackv1.Event], error) {
		return c.Events.WatchEvents(ctx, &sendbackv1.WatchEventsRequest{
			ResumeToken: behind, Types: request.GetTypes(), StopAtEnd: request.GetStopAtEnd(),
		})
	}
	return func(yield func(*sendbackv1.Event, error) bool) {
		for event, err := range forEver(ctx, begin) {
			if err == nil {
				behind = event.GetResumeToken()
			}
			if !yield(event, err) {
				return
			}
		}
	}
}

// WatchReturn gives a buyer's return as it is now, and whenever it changes.
func (c *Client) WatchReturn(ctx context.Context, sessionToken, returnID string) iter.Seq2[*sendbackv1.Return, error] {
	request := &sendbackv1.PortalWatchReturnRequest{SessionToken: sessionToken, ReturnId: returnID}
	return forEver(ctx, func(ctx context.Context) (grpc.ServerStreamingClient[sendbackv1.Return], error) {
		return c.Portal.WatchReturn(ctx, request)
	})
}

// forEver begins again when the line breaks; it ends when the stream does.
func forEver[T any](
	ctx context.Context, begin func(context.Context) (grpc.ServerStreamingClient[T], error),
) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		rests := pauses{}
		for {
			err := each(ctx, begin, func(message *T) bool {
				rests = pauses{}
				return yield(message, nil)
			})
			var refused *Error
			lineBroke := errors.As(err, &refused) && refused.Code == codes.Unavailable
			if err == nil || err == errStopped {
				return
			}
			if !lineBroke || !sleep(ctx, rests.next()) {
				yield(nil, err)
				return
			}
		}
	}
}

var errStopped = errors.New("nobody wants more")

// each hands on what a stream brings until it ends.
func each[T any](
	ctx context.Context, begin func(context.Context) (grpc.ServerStreamingClient[T], error), take func(*T) bool,
) error {
	stream, err := begin(ctx)
	if err != nil {
		return err
	}
	for {
		message, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if !take(message) {
			return errStopped
		}
	}
}
