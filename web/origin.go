package web

import (
	"fmt"
	"net/url"
	"strings"
)

// CheckOrigin tells whether an origin may stand in the page's content security policy:
// http or https, a host, which may begin with "*." for all its subdomains, and nothing else.
func CheckOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || origin != u.Scheme+"://"+u.Host ||
		strings.ContainsAny(strings.TrimPrefix(u.Host, "*."), "*;, '\"") {
		return fmt.Errorf("%q is not an origin such as https://portal.example.org or https://*.tianditu.gov.cn", origin)
	}
	return nil
}
