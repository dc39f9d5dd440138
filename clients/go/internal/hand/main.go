// Hand does with this client what the scenarios ask for: a JSON line in, JSON lines out. See tests/clients/hands.py.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"sendback.dev/sendback"
	sendbackv1 "sendback.dev/sendback/v1"
)

type task struct {
	ID        int
	Do        string
	On        string
	Target    string
	Key       string
	Language  string
	Actor     string
	Roots     string
	Request   json.RawMessage
	Orders    []json.RawMessage
	TimeoutMs int
	Count     int
	ParcelID  string
	At        string
	Minor     string
	Currency  string
}

var (
	clients = map[string]*sendback.Client{}
	telling sync.Mutex
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var asked task
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if asked.Do == "connect" {
			answer(asked) // what comes next is asked of it
		} else {
			go answer(asked)
		}
	}
}

func answer(asked task) {
	ctx := context.Background()
	if asked.TimeoutMs > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(asked.TimeoutMs)*time.Millisecond)
		defer cancel()
	}
	is, err := done(ctx, asked)
	var refused *sendback.Error
	switch {
	case err == nil:
		tell(asked, "is", is)
	case errors.As(err, &refused):
		tell(asked, "refused", told(refused))
	case errors.Is(err, sendback.ErrDocumentBroken):
		tell(asked, "broken", err.Error())
	default:
		tell(asked, "wrong", err.Error())
	}
}

func done(ctx context.Context, asked task) (any, error) {
	client := clients[asked.On]
	switch asked.Do {
	case "connect":
		client, err := connect(asked)
		clients[asked.On] = client
		return true, err
	case "createReturn":
		return asJSON(client.Returns.CreateReturn(ctx, read(asked.Request, &sendbackv1.CreateReturnRequest{})))
	case "cancelReturn":
		return asJSON(client.Returns.CancelReturn(ctx, read(asked.Request, &sendbackv1.CancelReturnRequest{})))
	case "createLabel":
		return asJSON(client.Labels.CreateLabel(ctx, read(asked.Request, &sendbackv1.CreateLabelRequest{})))
	case "createAccessKey":
		return asJSON(client.Merchants.CreateAccessKey(ctx, read(asked.Request, &sendbackv1.CreateAccessKeyRequest{})))
	case "importOrders":
		return importOrders(ctx, client, asked)
	case "saveLabel":
		return client.SaveLabel(ctx, asked.ParcelID, asked.At)
	case "watch":
		return watch(ctx, client, asked)
	case "close":
		return true, client.Close()
	case "money":
		return money(asked)
	}
	return nil, fmt.Errorf("no hand for %s", asked.Do)
}

func connect(asked task) (*sendback.Client, error) {
	options := []sendback.Option{sendback.WithLanguage(asked.Language), sendback.WithActor(asked.Actor)}
	if asked.Roots != "" {
		roots, err := os.ReadFile(asked.Roots)
		if err != nil {
			return nil, err
		}
		options = append(options, sendback.WithTLS(roots))
	}
	return sendback.Dial(asked.Target, asked.Key, options...)
}

func importOrders(ctx context.Context, client *sendback.Client, asked task) (any, error) {
	stream, err := client.Orders.ImportOrders(ctx)
	if err != nil {
		return nil, err
	}
	for _, order := range asked.Orders {
		if err := stream.Send(&sendbackv1.ImportOrdersRequest{Order: read(order, &sendbackv1.Order{})}); err != nil {
			break // the answer tells why
		}
	}
	return asJSON(stream.CloseAndRecv())
}

// watch tells events one by one, until there are as many as wanted or no more.
func watch(ctx context.Context, client *sendback.Client, asked task) (any, error) {
	seen := 0
	for event, err := range client.WatchEvents(ctx, read(asked.Request, &sendbackv1.WatchEventsRequest{})) {
		if err != nil {
			return nil, err
		}
		is, err := asJSON(event, nil)
		if err != nil {
			return nil, err
		}
		tell(asked, "event", is)
		if seen++; seen == asked.Count {
			break
		}
	}
	return seen, nil
}

func money(asked task) (any, error) {
	minor, err := strconv.ParseInt(asked.Minor, 10, 64)
	if err != nil {
		return nil, err
	}
	amount := sendback.Money(minor, asked.Currency)
	back, err := sendback.MinorUnits(amount)
	return fmt.Sprint(amount.GetUnits(), amount.GetNanos(), back), err
}

func read[M proto.Message](from json.RawMessage, into M) M {
	if len(from) > 0 {
		if err := protojson.Unmarshal(from, into); err != nil {
			panic(err)
		}
	}
	return into
}

func asJSON(message proto.Message, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	content, err := protojson.Marshal(message)
	return json.RawMessage(content), err
}

func told(refused *sendback.Error) any {
	fields := []string{}
	for _, problem := range refused.Fields {
		fields = append(fields, problem.Field)
	}
	return map[string]any{
		"code": codeNames[refused.Code], "reason": refused.Reason, "message": refused.Message,
		"metadata": refused.Metadata, "fields": fields, "retryAfterMs": refused.RetryAfter.Milliseconds(),
	}
}

func tell(asked task, what string, value any) {
	line, err := json.Marshal(map[string]any{"id": asked.ID, what: value})
	if err != nil {
		panic(err)
	}
	telling.Lock()
	defer telling.Unlock()
	fmt.Println(string(line))
}
