package sendback

import (
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/type/money"
)

const nanos = 1_000_000_000

// ISO 4217: the currencies whose minor unit is not a hundredth.
const (
	whole       = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "
	thousandths = " BHD IQD JOD KWD LYD OMR TND "
)

// Money is an amount in minor units: 1099 EUR is €10.99, 1099 JPY is ¥1,099, 1099 KWD is KD 1.099.
func Money(minor int64, currency string) *money.Money {
	scale := scaleOf(currency)
	return &money.Money{
		CurrencyCode: currency, Units: minor / scale, Nanos: int32(minor % scale * (nanos / scale)),
	}
}

// MinorUnits is the amount in minor units, or an error where it is no whole number of them.
func MinorUnits(amount *money.Money) (int64, error) {
	scale := scaleOf(amount.GetCurrencyCode())
	step := nanos / scale
	if int64(amount.GetNanos())%step != 0 {
		return 0, fmt.Errorf("%d nanos are no whole minor unit of %s", amount.GetNanos(), amount.GetCurrencyCode())
	}
	return amount.GetUnits()*scale + int64(amount.GetNanos())/step, nil
}

func scaleOf(currency string) int64 {
	named := " " + currency + " "
	switch {
	case strings.Contains(whole, named):
		return 1
	case strings.Contains(thousandths, named):
		return 1000
	case currency == "CLF" || currency == "UYW":
		return 10000
	default:
		return 100
	}
}
