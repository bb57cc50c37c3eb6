import MissionSteps
import Testing

@Suite struct DeclarationScannerTests {
  /// One line a declaration: kind, scope and name, lines, signature.
  private func scan(_ source: String, _ language: String) -> [String] {
    DeclarationScanner.scan(Array(source.utf8), file: "f", language: language).map { found in
      let name = (found.scope.map { $0 + "/" } ?? "") + found.name
      let end = found.endLine.map(String.init) ?? "?"
      return "\(found.kind) \(name) \(found.line)-\(end)" + (found.signature.map { " " + $0 } ?? "")
    }
  }

  @Test func `Swift: types, members, requirements, operators and closures in arguments`() {
    let source = """
      @main
      public struct Cat: Sendable {
        let name = "func no() {"
        var age: Int { 1 }
        static func purr(
          loudly: Bool = { true }(), _ text: String = "\\(f("}"))"
        ) async throws -> [String: Int]
        where Int: Sendable {
          func inner() {}
          return [:]
        }
        init?(_ x: Int) { nil }
      }
      protocol P { func a() -> Int
        func b() }
      extension Array.Index { class func `odd name`() {} }
      func == (a: Cat, b: Cat) -> Bool { true }
      /* func no() { /* nested */ func no() {} */
      """
    #expect(
      scan(source, "swift") == [
        "struct Cat 2-13",
        "method Cat/purr 5-11 (loudly: Bool = { true }(), _ text: String = \"\\(f(\"}\"))\") async throws "
          + "-> [String: Int] where Int: Sendable",
        "function Cat.purr/inner 9-9 ()", "method Cat/init 12-12 (_ x: Int)", "protocol P 14-15",
        "method P/a 14-14 () -> Int", "method P/b 15-15 ()", "extension Array.Index 16-16",
        "method Array.Index/odd name 16-16 ()", "function == 17-17 (a: Cat, b: Cat) -> Bool",
      ])
  }

  @Test func `Rust: impls, traits, lifetimes and raw strings`() {
    let source = """
      #[derive(Debug)]
      pub struct S<'a> { x: &'a str }
      impl<'a, T: Fn() -> i32> Show for S<'a> {
        pub(crate) fn show<'b>(&'b self, c: char) -> String where T: Copy { let q = '{'; r#"}"#.into() }
      }
      trait T { fn x(&self); fn y() {} }
      mod m { pub async unsafe fn f() {} }
      fn main() {}
      """
    #expect(
      scan(source, "rust") == [
        "struct S 2-2", "implementation S 3-5",
        "method S/show 4-4 (&'b self, c: char) -> String where T: Copy", "interface T 6-6",
        "method T/x 6-6 (&self)", "method T/y 6-6 ()", "module m 7-7", "function m/f 7-7 ()",
        "function main 8-8 ()",
      ])
  }

  @Test func `Go: receivers, interfaces and results that are types`() {
    let source = """
      package p
      var q = `func no() {`
      type I interface {
        Run(a int) error
      }
      func (s *Stack[T]) Push(a interface{}) (b map[string]struct{}) {
        return nil
      }
      func All() interface{} {
        f := func() {}
        return f
      }
      """
    #expect(
      scan(source, "go") == [
        "interface I 3-5", "method I/Run 4-4 (a int) error",
        "method Stack/Push 6-8 (a interface{}) (b map[string]struct{})", "function All 9-12 () interface{}",
      ])
  }

  @Test func `JavaScript and TypeScript: arrows, methods, templates and regexes`() {
    let source = """
      export default async function load({ a, b } = {}, c) {
        return `}${`}` + "}"}`
      }
      class K extends L {
        static async go(x) { if (x) { call(x) } }
        get size() { return /[}/]{/.test(x) }
      }
      const add = (a, b) => a + b
      const run = async function () { }
      describe("x", () => { function inner() {} })
      """
    #expect(
      scan(source, "javascript") == [
        "function load 1-3 ({ a, b } = {}, c)", "class K 4-7", "method K/go 5-5 (x)",
        "method K/size 6-6 ()", "function add 8-8 (a, b) => a + b", "function run 9-9 ()",
        "function inner 10-10 ()",
      ])
    let typed = """
      interface Shape {
        area(scale: number): number
      }
      export function f(a: { x: number }): { y: number } {
        return { y: 1 }
      }
      """
    #expect(
      scan(typed, "typescript") == [
        "interface Shape 1-3", "method Shape/area 2-2 (scale: number): number",
        "function f 4-6 (a: { x: number }): { y: number }",
      ])
  }

  @Test func `C and C++: no prototypes, calls, macros or initialisers`() {
    let source = """
      #define F(x) int x() { \\
        return 1; }
      int proto(int a);
      static __attribute__((noinline)) int add(int a,
          int b)
      {
        if (a) { b = f(a); }
        return b;
      }
      struct point { int x; };
      int table[] = { 1, 2 };
      namespace n { class C { void in() { } }; }
      void n::C::out() const { for (;;) { } }
      """
    #expect(
      scan(source, "c++") == [
        "function add 4-9 (int a, int b)", "struct point 10-10", "namespace n 12-12", "class n/C 12-12",
        "method n::C/in 12-12 ()", "method C/out 13-13 () const",
      ])
  }

  @Test func `Java: constructors, annotations and no calls`() {
    let source = """
      @Entity(name = "a")
      public final class A<T> implements B {
        private int x = compute();
        @Override public <U> int f(String s, int... more) throws IOException { g(s); return 1; }
        A() { new Thread(() -> { run(); }).start(); }
        abstract void later(int a);
        enum Color { RED, GREEN }
        record P(int x) { }
      }
      """
    #expect(
      scan(source, "java") == [
        "class A 2-9", "method A/f 4-4 (String s, int... more) throws IOException", "method A/A 5-5 ()",
        "method A/later 6-6 (int a)", "enum A/Color 7-7", "record A/P 8-8",
      ])
  }

  @Test func `Python: indents, headers over lines and strings`() {
    let source = #"""
      class A(B):
          """def no(): pass"""
          async def f(self, x: int = {1: 2}[1],
                      y="):") -> int:
              def inner(): return 1
              return """
      def no():
      """
      # def no():

      def g(): pass
      """#
    #expect(
      scan(source, "python") == [
        "class A 1-8", "method A/f 3-8 (self, x: int = {1: 2}[1], y=\"):\") -> int",
        "function A.f/inner 5-5 ()", "function g 11-11 ()",
      ])
  }

  @Test(arguments: DeclarationScanner.languages)
  func `what is cut off or no code at all is read to its end`(language: String) {
    for text in [
      "", "{", "}", "}}}((", "\"", "'", "/*", "`${`${", "func", "func (", "def f(", "r#\"", "\\", "@", "/",
    ] {
      _ = scan(text, language)
      _ = scan("fn f() " + text, language)
    }
    let deep = String(repeating: "{", count: 5000) + String(repeating: "\"\\(", count: 200)
    _ = scan(deep, language)
  }

  @Test func `comments above, and strings below, document a declaration`() {
    func comments(_ source: String, _ language: String) -> [String?] {
      DeclarationScanner.scan(Array(source.utf8), file: "f", language: language).map(\.comment)
    }
    #expect(
      comments(
        "/// One.\n///\n/// Two.\n@attr\nfunc a() {}\n\n/// far\n\nfunc b() {}\nlet x = 1 // no\nfunc c() {}",
        "swift")
        == ["One.\n\nTwo.", nil, nil])
    #expect(
      comments("/**\n * Adds.\n * @param a one\n */\nint add(int a) { }", "c") == ["Adds.\n@param a one"])
    #expect(
      comments("def f():\n  '''Does.\n\n  More.\n  '''\ndef g():\n  x = 'no'\n", "python") == [
        "Does.\n\nMore.", nil,
      ])
  }
}
