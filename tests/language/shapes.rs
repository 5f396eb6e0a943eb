//! Which tree an expression makes: what binds to what.

use planward::hcl::{Expr, Item, Kind, Step, StepKind};

use crate::{errors, parse_expression};

/// The tree as text: each node in brackets, after a word for its kind.
fn shape(expr: Expr<'_>) -> String {
    let all = |list: Vec<Expr<'_>>| list.into_iter().map(shape).collect::<Vec<_>>().join(" ");
    match expr.kind() {
        Kind::Error => "error".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(digits) => digits.to_owned(),
        Kind::String(text) => format!("{text:?}"),
        Kind::Variable(name) => name.to_owned(),
        Kind::Template(_) => format!("template({})", all(expr.children())),
        Kind::Tuple(elements) => format!("[{}]", all(elements.collect())),
        Kind::Object(items) => {
            format!("{{{}}}", items.map(item).collect::<Vec<_>>().join(" "))
        }
        Kind::For(node) => format!(
            "for({:?} {} group={} {})",
            node.key,
            node.value,
            node.group,
            all(expr.children())
        ),
        Kind::Traversal { base, steps } => {
            format!("({}{})", shape(base), steps.map(step).collect::<String>())
        }
        Kind::Splat { base, full, steps, .. } => {
            let star = if full { "[*]" } else { ".*" };
            format!("({}{star}({}))", shape(base), steps.map(step).collect::<String>())
        }
        Kind::Call(call) => {
            let namespaces: String = call.namespaces().map(|name| format!("{name}::")).collect();
            let expand = if call.expand { "..." } else { "" };
            format!("{namespaces}{}({}{expand})", call.name, all(call.arguments.collect()))
        }
        Kind::Unary(op, inner) => format!("({op:?} {})", shape(inner)),
        Kind::Binary(op, left, right) => format!("({op:?} {} {})", shape(left), shape(right)),
        Kind::Conditional { condition, then, otherwise } => {
            format!("(if {} {} {})", shape(condition), shape(then), shape(otherwise))
        }
        Kind::Parens(inner) => format!("parens({})", shape(inner)),
    }
}

fn item(item: Item<'_>) -> String {
    let key = item.name.map_or_else(|| format!("<{}>", shape(item.key)), |name| name.into_owned());
    format!("{key}={}", shape(item.value))
}

fn step(step: Step<'_>) -> String {
    match step.kind {
        StepKind::Attribute(name) => format!(".{name}"),
        StepKind::Index(key) => format!("[{}]", shape(key)),
        StepKind::Legacy(digits) => format!(".{digits}"),
        StepKind::Splat { full, steps, .. } => {
            let star = if full { "[*]" } else { ".*" };
            format!("{star}({})", steps.map(self::step).collect::<String>())
        }
    }
}

#[test]
fn what_binds_to_what() {
    let cases = [
        ("1 - 2 - 3", "(Subtract (Subtract 1 2) 3)"),
        ("1 + 2 * 3 % 4", "(Add 1 (Remainder (Multiply 2 3) 4))"),
        ("a || b && c || d", "(Or (Or a (And b c)) d)"),
        ("a == b != c", "(NotEqual (Equal a b) c)"),
        ("1 < 2 == x >= 3", "(Equal (Less 1 2) (GreaterOrEqual x 3))"),
        ("!a == b", "(Equal (Not a) b)"),
        ("-a.b * 2", "(Multiply (Negate (a.b)) 2)"),
        ("!!a", "(Not (Not a))"),
        ("a-b", "a-b"),
        ("a -b", "(Subtract a b)"),
        ("a ? b : c ? d : e", "(if a b (if c d e))"),
        ("a ? b ? c : d : e", "(if a (if b c d) e)"),
        ("a || b ? c : d && e", "(if (Or a b) c (And d e))"),
        ("(a + b) * c", "(Multiply parens((Add a b)) c)"),
        ("a.b[0].c[\"d\"].1.e", "(a.b[0].c[\"d\"].1.e)"),
        ("a[*].b[*].c", "(a[*](.b[*](.c)))"),
        ("a[*].b.*.c[0]", "(a[*](.b.*(.c)[0]))"),
        ("a.*.b.0[0].c", "((a.*(.b.0))[0].c)"),
        ("a.*.b[*].c", "((a.*(.b))[*](.c))"),
        ("a.b[*]", "((a.b)[*]())"),
        ("f(a, [b]...)[0].c", "(f(a [b]...)[0].c)"),
        ("provider::aws::arn(x)", "provider::aws::arn(x)"),
        ("true(null)", "true(null)"),
        (
            "{a = 1, (a) = 2, \"b\" : 3, null = 4, a.b = 5}",
            "{a=1 <parens(a)>=2 <\"b\">=3 null=4 <(a.b)>=5}",
        ),
        ("{x ? 1 : 2 = 3}", "{<(if x 1 2)>=3}"),
        ("[for k, v in m : v if k]", "for(Some(\"k\") v group=false m v k)"),
        ("{for v in m : v => 1...}", "for(None v group=true m v 1)"),
        ("\"a${b}%{if c}${d}%{else}%{for e in f}${e}%{endfor}%{endif}\"", "template(b c d f e)"),
        ("1.a", "(1.a)"),
        ("\"x\".y", "(\"x\".y)"),
    ];
    for (source, expected) in cases {
        let (tree, diagnostics) = parse_expression(source);
        assert!(errors(&diagnostics).is_empty(), "{source}: {diagnostics:?}");
        assert_eq!(shape(tree.expression().expect("always one")), expected, "{source}");
    }
}
