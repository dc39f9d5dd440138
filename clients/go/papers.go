package sendback

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/grpc"

	sendbackv1 "sendback.dev/sendback/v1"
)

// ErrDocumentBroken says that what came is not what was promised; nothing was saved.
var ErrDocumentBroken = errors.New("sendback: the document is not what was promised")

var suffixes = map[string]string{
	"application/pdf":  ".pdf",
	"image/png":        ".png",
	"application/zpl":  ".zpl",
	"application/json": ".json",
	"text/csv":         ".csv",
}

// SaveLabel saves a label at a path or in a folder, and answers where it is. It is checked first.
func (c *Client) SaveLabel(ctx context.Context, parcelID, at string) (string, error) {
	return c.saveLabel(ctx, parcelID, at, sendbackv1.LabelDocument_LABEL, "label-")
}

// SaveQR saves the code that is shown where nothing can be printed, as SaveLabel does.
func (c *Client) SaveQR(ctx context.Context, parcelID, at string) (string, error) {
	return c.saveLabel(ctx, parcelID, at, sendbackv1.LabelDocument_QR, "qr-")
}

func (c *Client) saveLabel(
	ctx context.Context, parcelID, at string, document sendbackv1.LabelDocument_Kind, name string,
) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pieces, err := c.Labels.GetLabelDocument(ctx, &sendbackv1.GetLabelDocumentRequest{ParcelId: parcelID, Document: document})
	if err != nil {
		return "", err
	}
	return SaveDocument(pieces, at, name+parcelID)
}

// SaveDocument saves what a call streams, such as client.Returns.ExportReturns, at a path, or in a folder under this name:
// whole, or not at all (ErrDocumentBroken). Any size passes through little memory.
func SaveDocument(
	pieces grpc.ServerStreamingClient[sendbackv1.DocumentChunk], at, name string,
) (saved string, err error) {
	folder, inFolder := filepath.Dir(at), false
	if found, err := os.Stat(at); err == nil && found.IsDir() {
		folder, inFolder = at, true
	}
	aside, err := os.CreateTemp(folder, ".*.part")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			aside.Close()
			os.Remove(aside.Name())
		}
	}()
	mediaType, err := write(pieces, aside)
	if err != nil {
		return "", err
	}
	if err = errors.Join(aside.Chmod(0o644), aside.Sync(), aside.Close()); err != nil {
		return "", err
	}
	target := at
	if inFolder {
		target = filepath.Join(at, name+suffix(mediaType))
	}
	return target, os.Rename(aside.Name(), target)
}

func suffix(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, ";")
	if known, ok := suffixes[kind]; ok {
		return known
	}
	return ".bin"
}

// write answers the media type, once all that was promised has come. The checksum stands in the first piece, or in the
// last where the size was not known beforehand.
func write(pieces grpc.ServerStreamingClient[sendbackv1.DocumentChunk], to io.Writer) (string, error) {
	var first, last *sendbackv1.DocumentChunk
	size, sum := 0, sha256.New()
	for {
		piece, err := pieces.Recv()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		if first == nil {
			first = piece
		}
		last = piece
		size += len(piece.GetData())
		sum.Write(piece.GetData())
		if _, err := to.Write(piece.GetData()); err != nil {
			return "", err
		}
	}
	promised := first.GetSha256()
	if promised == "" {
		promised = last.GetSha256()
	}
	whole := first.GetSize() == 0 || int(first.GetSize()) == size
	if !whole || promised != hex.EncodeToString(sum.Sum(nil)) {
		return "", ErrDocumentBroken
	}
	return first.GetMediaType(), nil
}
