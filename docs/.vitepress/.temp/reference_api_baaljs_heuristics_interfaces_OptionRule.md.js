import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: OptionRule","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/OptionRule.md","filePath":"reference/api/baaljs/heuristics/interfaces/OptionRule.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/OptionRule.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-optionrule" tabindex="-1">Interface: OptionRule <a class="header-anchor" href="#interface-optionrule" aria-label="Permalink to &quot;Interface: OptionRule&quot;">​</a></h1><p>The values that an option may have, as plain data: a configuration is checked by it, and help texts are written from it. (A schema of <code>zod</code> would say the same, and loading that takes longer than loading all heuristics.)</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-expects"></a> <code>expects</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The accepted values, in words: <code>&quot;a whole number of at least 1&quot;</code>.</td></tr><tr><td><a id="property-help"></a> <code>help</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The effect of the option, with its default: part of a sentence.</td></tr></tbody></table><h2 id="methods" tabindex="-1">Methods <a class="header-anchor" href="#methods" aria-label="Permalink to &quot;Methods&quot;">​</a></h2><h3 id="accepts" tabindex="-1">accepts() <a class="header-anchor" href="#accepts" aria-label="Permalink to &quot;accepts()&quot;">​</a></h3><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">accepts</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(value): boolean;</span></span></code></pre></div><h4 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h4><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>value</code></td><td><code>unknown</code></td></tr></tbody></table><h4 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h4><p><code>boolean</code></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/OptionRule.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const OptionRule = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  OptionRule as default
};
