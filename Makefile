# The verbs of daily work; scripts/ does them. `scripts/setup build test check` installs what they need.
.PHONY: build run test check fmt golden fuzz bench bench-peers dist

build: ; scripts/build debug
run: ; scripts/demo
test: ; scripts/test
check: ; scripts/check
fmt: ; scripts/fmt
golden: ; scripts/golden
fuzz: ; scripts/fuzz
bench: ; scripts/bench
bench-peers: ; scripts/bench-peers
dist: ; scripts/dist
