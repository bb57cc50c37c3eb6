package import MissionModel

/// A program of a language's ecosystem, and where it comes from.
package struct CodeTool: Sendable, Equatable {
  /// Its programs by preference; the first that is on the host is called.
  package let programs: [String]
  /// Completes "install …" in the error that says it is missing.
  package let source: String

  init(_ programs: String..., source: String) {
    self.programs = programs
    self.source = source
  }

  /// What `mission steps` shows of it.
  package var requirement: Requirement {
    Requirement(
      kind: .program(anyOf: programs),
      package: source.hasPrefix("the package ") ? String(source.dropFirst(12)) : source, isEssential: false)
  }

  package static let swift = CodeTool("swift", source: "the package swiftlang")
  package static let swiftc = CodeTool("swiftc", source: "the package swiftlang")
  package static let cargo = CodeTool("cargo", source: "the package cargo")
  package static let rustc = CodeTool("rustc", source: "the package rustc")
  package static let rustfmt = CodeTool("rustfmt", source: "the package rustfmt")
  package static let clippy = CodeTool("cargo-clippy", source: "the package rust-clippy")
  package static let go = CodeTool("go", source: "the package golang-go")
  package static let gofmt = CodeTool("gofmt", source: "the package golang-go")
  package static let cc = CodeTool("cc", "gcc", "clang", source: "the package gcc")
  package static let cxx = CodeTool("c++", "g++", "clang++", source: "the package g++")
  package static let clangFormat = CodeTool("clang-format", source: "the package clang-format")
  package static let clangTidy = CodeTool("clang-tidy", source: "the package clang-tidy")
  package static let cppcheck = CodeTool("cppcheck", source: "the package cppcheck")
  package static let javac = CodeTool("javac", source: "the package default-jdk-headless")
  package static let javadoc = CodeTool("javadoc", source: "the package default-jdk-headless")
  package static let maven = CodeTool("mvn", source: "the package maven")
  package static let gradle = CodeTool("gradle", source: "the package gradle")
  package static let tsc = CodeTool("tsc", source: "the package node-typescript")
  package static let node = CodeTool("node", source: "the package nodejs")
  package static let npm = CodeTool("npm", source: "the package npm")
  package static let eslint = CodeTool("eslint", source: "the package eslint")
  package static let prettier = CodeTool("prettier", source: "prettier of npm")
  package static let python = CodeTool("python3", source: "the package python3")
  package static let pytest = CodeTool("pytest", "pytest-3", source: "the package python3-pytest")
  package static let black = CodeTool("black", source: "the package black")
  package static let flake8 = CodeTool("flake8", source: "the package flake8")
  package static let ruff = CodeTool("ruff", source: "ruff of PyPI")
  package static let make = CodeTool("make", source: "the package make")
  package static let cmake = CodeTool("cmake", source: "the package cmake")
  package static let ctest = CodeTool("ctest", source: "the package cmake")
  package static let ninja = CodeTool("ninja", source: "the package ninja-build")
  package static let shellcheck = CodeTool("shellcheck", source: "the package shellcheck")
  package static let yamllint = CodeTool("yamllint", source: "the package yamllint")
  package static let ctags = CodeTool("ctags", "ctags-universal", source: "the package universal-ctags")
  package static let doxygen = CodeTool("doxygen", source: "the package doxygen")
  package static let docc = CodeTool("docc", source: "the package swiftlang")
  package static let zig = CodeTool("zig", "python-zig", source: "ziglang of PyPI")
  package static let dotnet = CodeTool("dotnet", source: "the package dotnet-sdk-8.0 of Microsoft")
}
