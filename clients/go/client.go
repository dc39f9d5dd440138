// Package sendback calls Sendback's API, sendback.v1. The messages are in sendback.dev/sendback/v1.
package sendback

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	sendbackv1 "sendback.dev/sendback/v1"
)

const largestMessage = 4 << 20

// Client has the services of sendback.v1. It may be used by many goroutines at once.
type Client struct {
	Portal    sendbackv1.PortalServiceClient
	Returns   sendbackv1.ReturnsServiceClient
	Labels    sendbackv1.LabelServiceClient
	Orders    sendbackv1.OrderServiceClient
	Merchants sendbackv1.MerchantServiceClient
	Messages  sendbackv1.MessageServiceClient
	Carriers  sendbackv1.CarrierServiceClient
	Events    sendbackv1.EventServiceClient
	Credit    sendbackv1.CreditServiceClient

	connection *grpc.ClientConn
}

// Option changes how a client calls.
type Option func(*manner) error

// Dial makes a client for target, which is host:port, with an access key, sbk_…. Nothing is sent before the first call.
// The line is plain unless WithTLS says otherwise.
func Dial(target, key string, options ...Option) (*Client, error) {
	how := &manner{
		token:       func(context.Context) (string, error) { return key, nil },
		timeout:     10 * time.Second,
		credentials: insecure.NewCredentials(),
	}
	for _, option := range options {
		if err := option(how); err != nil {
			return nil, err
		}
	}
	connection, err := grpc.NewClient(target,
		grpc.WithTransportCredentials(how.credentials),
		grpc.WithUnaryInterceptor(how.unary),
		grpc.WithStreamInterceptor(how.stream),
		grpc.WithDisableRetry(),
		grpc.WithConnectParams(reconnecting),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largestMessage), grpc.MaxCallSendMsgSize(largestMessage)),
	)
	if err != nil {
		return nil, err
	}
	return &Client{
		Portal:     sendbackv1.NewPortalServiceClient(connection),
		Returns:    sendbackv1.NewReturnsServiceClient(connection),
		Labels:     sendbackv1.NewLabelServiceClient(connection),
		Orders:     sendbackv1.NewOrderServiceClient(connection),
		Merchants:  sendbackv1.NewMerchantServiceClient(connection),
		Messages:   sendbackv1.NewMessageServiceClient(connection),
		Carriers:   sendbackv1.NewCarrierServiceClient(connection),
		Events:     sendbackv1.NewEventServiceClient(connection),
		Credit:     sendbackv1.NewCreditServiceClient(connection),
		connection: connection,
	}, nil
}

// Close ends the connection and whatever still runs on it.
func (c *Client) Close() error { return c.connection.Close() }

// WithToken has every call show the token of the moment instead of a key, for tokens that expire.
func WithToken(token func(context.Context) (string, error)) Option {
	return func(how *manner) error {
		how.token = token
		return nil
	}
}

// WithTLS encrypts the line. The server must be known to these root certificates, in PEM; to the system's if there are
// none. Certificates of the client's own, such as tls.LoadX509KeyPair reads, are shown where the server asks for one.
func WithTLS(roots []byte, own ...tls.Certificate) Option {
	return func(how *manner) error {
		settings := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: own}
		if len(roots) > 0 {
			settings.RootCAs = x509.NewCertPool()
			if !settings.RootCAs.AppendCertsFromPEM(roots) {
				return errors.New("sendback: WithTLS: there is no certificate in what was given; it must be PEM")
			}
		}
		how.credentials = credentials.NewTLS(settings)
		return nil
	}
}

// WithTimeout bounds calls whose context has no deadline; 10 seconds unless set. Streams have none.
func WithTimeout(timeout time.Duration) Option {
	return func(how *manner) error {
		how.timeout = timeout
		return nil
	}
}

// WithLanguage has what people read answered in a language, such as de.
func WithLanguage(code string) Option {
	return func(how *manner) error {
		how.language = code
		return nil
	}
}

// WithActor names the person for whom this program acts, for the audit trail.
func WithActor(name string) Option {
	return func(how *manner) error {
		how.actor = name
		return nil
	}
}
