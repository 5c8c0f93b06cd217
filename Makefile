# Each target is a command of dev/: `make test ARGS="-k name"` is `python3 -m dev test -k name`.
.DEFAULT_GOAL := help
COMMANDS := bench bench-matching check clean clean-all coverage demo dist format help lint lock screenshots \
	shell soak terms test test-bare test-core test-plain

.PHONY: $(COMMANDS)
$(COMMANDS):
	@python3 -B -m dev $@ $(ARGS)
