// Command interop speaks Undertone's protocol from another code base: it checks the shared test
// vectors, and joins a room by invite.
//
//	interop vectors FILE
//	interop join INVITE      one JSON object a line on stdout; lines on stdin are said in the room
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "vectors" {
		passed, failed := checkVectors(os.Args[2])
		fmt.Printf("%d passed, %d failed\n", passed, failed)
		if failed > 0 || passed == 0 {
			os.Exit(1)
		}
		return
	}
	if len(os.Args) == 3 && os.Args[1] == "join" {
		if err := join(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	fmt.Fprintln(os.Stderr, "usage: interop vectors FILE | interop join INVITE")
	os.Exit(2)
}
