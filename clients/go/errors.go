package sendback

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sendbackv1 "sendback.dev/sendback/v1"
)

// FieldProblem is what is wrong with a field, such as items[0].quantity.
type FieldProblem struct {
	Field       string
	Description string
}

// Error is a refusal, with all that the service says of it. Get it with errors.As; status.Code works with it too.
type Error struct {
	Code codes.Code
	// Reason is the name of a sendbackv1.ErrorReason, empty where the service could not be asked. A newer server may send
	// others.
	Reason string
	// Message is in the language of the call.
	Message  string
	Metadata map[string]string
	Fields   []FieldProblem
	// RetryAfter is above zero where it helps to come again.
	RetryAfter time.Duration

	status *status.Status
}

func (e *Error) Error() string {
	parts := []string{e.Code.String(), e.Reason, e.Message}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// GRPCStatus is what came over the wire.
func (e *Error) GRPCStatus() *status.Status { return e.status }

// Because says whether a refusal has this reason.
func (e *Error) Because(reason sendbackv1.ErrorReason) bool { return e.Reason == reason.String() }

// errorOf is from whatever grpc answered; the end of a stream is no refusal.
func errorOf(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	if _, known := err.(*Error); known {
		return err
	}
	said := status.Convert(status.FromContextError(err).Err())
	if s, ok := status.FromError(err); ok {
		said = s
	}
	refused := &Error{Code: said.Code(), Message: said.Message(), status: said}
	for _, detail := range said.Details() {
		refused.read(detail)
	}
	return refused
}

func (e *Error) read(detail any) {
	switch detail := detail.(type) {
	case *errdetails.ErrorInfo:
		e.Reason, e.Metadata = detail.GetReason(), detail.GetMetadata()
	case *errdetails.LocalizedMessage:
		e.Message = detail.GetMessage()
	case *errdetails.BadRequest:
		for _, violation := range detail.GetFieldViolations() {
			e.Fields = append(e.Fields, FieldProblem{violation.GetField(), violation.GetDescription()})
		}
	case *errdetails.RetryInfo:
		e.RetryAfter = detail.GetRetryDelay().AsDuration()
	}
}

func newRequestID() string {
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		panic(fmt.Sprintf("sendback: this system has no random numbers: %v", err))
	}
	return hex.EncodeToString(id[:])
}
