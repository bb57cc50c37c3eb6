# shellcheck shell=bash
# What a Debian machine needs, and how it gets it. Sourced by the other scripts: `needs build test`.
# To add something, add a line: the group that needs it, how to see it, the package, what for.

needs_table() {
  cat <<'TABLE'
build  file:/usr/include/yaml.h      libyaml-dev     missions in YAML
build  file:/usr/include/sqlite3.h   libsqlite3-dev  the job table
build  command:pkg-config            pkg-config      finding the two
build  command:cc                    gcc             the C targets
run    command:curl                  curl            talking to the daemon
run    command:jq                    jq              reading its answers
test   command:curl                  curl            the HTTP server, seen from outside
test   command:jq                    jq              reading answers
test   command:git                   git             the git steps
test   command:ps                    procps          process trees
test   command:setpriv               util-linux      children that end with their test
test   command:bwrap             bubblewrap      the stronger sandbox
test   command:unshare               util-linux      mounts and cgroups of a test's own
test   command:ip                    iproute2        a network of a test's own
test   command:mount                 mount           a small file system that fills up
test   command:python3               python3         servers that tests talk to
test   module:ensurepip              python3-venv    the same, with libraries of their own
test   command:systemd-analyze       systemd         checking the unit
test   library:libcurl.so.4          libcurl4        the http step
test   library:libarchive.so.13      libarchive13    the compress step
test   command:zip                   zip             archives of others, for compress
test   command:unzip                 unzip           archives of others, for compress
test   command:7z                    p7zip-full      archives of others, for compress
test   command:bzip2                 bzip2           archives of others, for compress
test   command:xz                    xz-utils        archives of others, for compress
test   command:zstd                  zstd            archives of others, for compress
test   command:nginx                 nginx-light     the http step: TLS and HTTP/2
test   command:openssl               openssl         certificates for the tests
test   command:c++                   g++             compile_code: C++
test   command:make                  make            compile_code
test   command:cmake                 cmake           compile_code, ctest
test   command:ninja                 ninja-build     compile_code
test   command:cargo                 cargo           compile_code, run_tests: Rust
test   command:go                    golang-go       compile_code, run_tests, gofmt, go vet
test   command:javac                 default-jdk-headless  compile_code, javadoc
test   command:gradle                gradle          compile_code, run_tests
test   command:mvn                   maven           compile_code, run_tests
test   plugin:surefire              libsurefire-java run_tests: Maven
test   plugin:compiler              libmaven-compiler-plugin-java compile_code, run_tests: Maven
test   plugin:resources             libmaven-resources-plugin-java compile_code, run_tests: Maven
test   file:/usr/share/java/junit4.jar junit4       run_tests: Maven and Gradle
test   command:node                  nodejs          compile_code, run_tests
test   command:npm                   npm             run_tests
test   command:tsc                   node-typescript compile_code: TypeScript
test   file:/usr/lib/postgresql      postgresql      databases to query, migrate and back up
test   library:libpq.so.5            libpq5          the client of PostgreSQL
test   command:mariadbd              mariadb-server  databases to query, migrate and back up
test   library:libmariadb.so.3       libmariadb3     the client of MySQL
test   command:pytest                python3-pytest  run_tests
test   command:flake8                flake8          lint_code
test   command:eslint                eslint          lint_code
test   command:shellcheck            shellcheck      lint_code
test   command:clang-tidy            clang-tidy      lint_code
test   command:cppcheck              cppcheck        lint_code
test   command:yamllint              yamllint        lint_code
test   command:cargo-clippy          rust-clippy     lint_code
test   command:rustfmt               rustfmt         format_code
test   command:clang-format          clang-format    format_code
test   command:black                 black           format_code
test   command:ctags                 universal-ctags extract_functions
test   command:doxygen               doxygen         generate_docs
test   command:mariadb-dump          mariadb-client  dumps of MySQL
test   command:redis-server          redis-server    keys to set, get and back up
test   library:libssl.so.3           libssl3         TLS to Redis
test   file:/usr/lib/python3/dist-packages/websockets/__init__.py python3-websockets  websocket_connect
test   command:sshd                  openssh-server  ssh_execute, ftp_upload: SSH and SFTP
test   command:ssh                   openssh-client  ssh_execute
test   file:/etc/ssl/certs/ca-certificates.crt ca-certificates  TLS by the host's authorities
test   command:tinyproxy             tinyproxy-bin   http through a proxy
test   command:vsftpd                vsftpd          ftp_upload and ftp_download
check  command:shellcheck            shellcheck      these scripts
bench  command:wrk                   wrk             load for HTTP
bench  command:nginx                 nginx-light     the peer for GET, and the server of the http step
bench  command:openssl               openssl         its certificate
bench  command:curl                  curl            the peer of the http step
bench  python:orjson                 orjson          the peer for JSON
TABLE
}

# True if what a probe of the table names is there.
is_there() {
  case $1 in
    file:*) [ -e "${1#file:}" ] ;;
    command:*) PATH=$PATH:/usr/sbin:/sbin command -v "${1#command:}" >/dev/null ;;
    plugin:*) [ -e "/usr/share/maven-repo/org/apache/maven/plugins/maven-${1#plugin:}-plugin" ] ;;
    library:*) /sbin/ldconfig -p | grep -qF "${1#library:} " ;;
    python:* | module:*) python3 -c "import ${1#*:}" 2>/dev/null ;;
    *) echo "needs.sh: unknown probe $1" >&2; return 2 ;;
  esac
}

# Makes sure of the given groups: installs what is missing as root, says what to install otherwise.
needs() {
  local debian=() python=() group probe package _
  while read -r group probe package _; do
    case " $* " in *" $group "*) ;; *) continue ;; esac
    is_there "$probe" && continue
    case $probe in python:*) python+=("$package") ;; *) debian+=("$package") ;; esac
  done < <(needs_table)
  [ $((${#debian[@]} + ${#python[@]})) -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing here; install as root and come back:" >&2
    [ ${#debian[@]} -eq 0 ] || echo "  apt-get install ${debian[*]}" >&2
    [ ${#python[@]} -eq 0 ] || echo "  pip install ${python[*]}" >&2
    return 1
  fi
  local all=("${debian[@]}" "${python[@]}")
  echo "installing: ${all[*]}" >&2
  if [ ${#debian[@]} -gt 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends "${debian[@]}" >/dev/null 2>&1 || {
      apt-get update -qq
      apt-get install -qq -y --no-install-recommends "${debian[@]}" >/dev/null
    }
  fi
  [ ${#python[@]} -eq 0 ] || PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install -q "${python[@]}"
}

# Makes sure of a Swift that can build this.
needs_swift() {
  command -v swift >/dev/null && return 0
  echo "Swift 6.2 or later is missing: get it from https://www.swift.org/install/linux and put it on PATH" >&2
  return 1
}

# Makes sure of what the servers of models in the tests are made of: libraries of PyPI, pinned, in a folder of
# their own that a second call finds ready. Some packages come without what they depend on.
needs_model_servers() {
  local wanted=Tests/Fixtures/models folder=.build/python
  cat "$wanted"/requirements*.txt | cmp -s - "$folder/requirements.txt" && return 0
  echo "installing the test servers of models into $folder" >&2
  rm -rf "$folder"
  python3 -m venv "$folder"
  local pip=("$folder/bin/python" -m pip install -q --disable-pip-version-check)
  "${pip[@]}" -r "$wanted/requirements.txt"
  "${pip[@]}" --no-deps -r "$wanted/requirements-alone.txt"
  cat "$wanted"/requirements*.txt >"$folder/requirements.txt"
}
