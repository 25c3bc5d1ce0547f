// Catch2 brings main(); this file gives the library a source to build the precompiled header with.
