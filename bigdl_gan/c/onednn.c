/* oneDNN 3 for the JVM, without jni.h: every function takes and returns numbers only, so JNIEnv and the object are
 * pointers that nobody looks behind. oneDNN's handles and memory outside the heap are addresses in a jlong; 0 stands
 * for what is absent.
 *
 * What makes something returns its handle, or minus oneDNN's status. What does something returns the status. */
#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t jint;
typedef int64_t jlong;
typedef float jfloat;

/* The name that the JVM looks for: Scala's `object OneDnn` is the class OneDnn$. */
#define JNI(type, name, ...)                                                                                           \
  __attribute__((visibility("default"))) type                                                                          \
      Java_com_intel_analytics_bigdl_dllib_gan_native_onednn_OneDnn_00024_##name(void *env, void *object, ##__VA_ARGS__)
#define P(type, address) ((type)(intptr_t)(address))
#define ENGINE(address) P(dnnl_engine_t, address)
#define MD(address) P(const_dnnl_memory_desc_t, address)
#define PD(address) P(const_dnnl_primitive_desc_t, address)
#define ATTRIBUTES(address) P(const_dnnl_primitive_attr_t, address)
#define MADE(handle, call)                                                                                             \
  do {                                                                                                                 \
    dnnl_status_t status_ = (call);                                                                                    \
    return status_ == dnnl_success ? (jlong)(intptr_t)(handle) : -(jlong)status_;                                      \
  } while (0)

_Static_assert(sizeof(void *) == sizeof(jlong), "addresses fit a jlong");
_Static_assert(sizeof(dnnl_exec_arg_t) == 16 && offsetof(dnnl_exec_arg_t, memory) == 8, "as OneDnnSequence fills it");

/* What Numbers.scala and its neighbours say. */
#define IS(name, value) _Static_assert((int)(name) == (value), #name " is " #value)
IS(dnnl_forward_training, 64); IS(dnnl_forward_inference, 96); IS(dnnl_backward, 128);
IS(dnnl_use_global_stats, 1); IS(dnnl_use_scale | dnnl_use_shift, 6);
IS(dnnl_f32, 3); IS(dnnl_bf16, 2); IS(dnnl_cpu_isa_avx512_core, 0x27);
IS(dnnl_format_tag_any, 1); IS(dnnl_a, 2); IS(dnnl_ab, 3); IS(dnnl_abc, 4); IS(dnnl_bac, 16); IS(dnnl_abcd, 5);
IS(dnnl_acdb, 22); IS(dnnl_aBcd8b, 102); IS(dnnl_aBcd16b, 78); IS(dnnl_OIhw8i8o, 107); IS(dnnl_OIhw16i16o, 79);
IS(dnnl_IOhw16o16i, 224); IS(dnnl_format_tag_last, 762);
IS(dnnl_query_src_md, 129); IS(dnnl_query_diff_src_md, 130); IS(dnnl_query_weights_md, 131);
IS(dnnl_query_diff_weights_md, 132); IS(dnnl_query_dst_md, 133); IS(dnnl_query_diff_dst_md, 134);
IS(dnnl_query_workspace_md, 135); IS(dnnl_query_scratchpad_md, 136);
IS(DNNL_ARG_SRC, 1); IS(DNNL_ARG_DST, 17); IS(DNNL_ARG_WEIGHTS, 33); IS(DNNL_ARG_BIAS, 41); IS(DNNL_ARG_MEAN, 49);
IS(DNNL_ARG_VARIANCE, 50); IS(DNNL_ARG_SCALE, 51); IS(DNNL_ARG_SHIFT, 52); IS(DNNL_ARG_WORKSPACE, 64);
IS(DNNL_ARG_SCRATCHPAD, 80); IS(DNNL_ARG_DIFF_SRC, 129); IS(DNNL_ARG_DIFF_DST, 145); IS(DNNL_ARG_DIFF_WEIGHTS, 161);
IS(DNNL_ARG_DIFF_BIAS, 169); IS(DNNL_ARG_DIFF_SCALE, 255); IS(DNNL_ARG_DIFF_SHIFT, 256);
IS(DNNL_ARG_MULTIPLE_SRC, 1024);
IS(dnnl_pooling_max, 0x1ff); IS(dnnl_pooling_avg_include_padding, 0x2ff); IS(dnnl_pooling_avg_exclude_padding, 0x3ff);
IS(dnnl_eltwise_relu, 0x20); IS(dnnl_eltwise_tanh, 0x21); IS(dnnl_eltwise_elu, 0x22); IS(dnnl_eltwise_linear, 0x26);
IS(dnnl_eltwise_soft_relu, 0x27); IS(dnnl_eltwise_logistic, 0x29);

int omp_get_max_threads(void); /* of the OpenMP runtime that libdnnl is bound to */

JNI(jint, version) {
  const dnnl_version_t *v = dnnl_version();
  return v->major * 10000 + v->minor * 100 + v->patch;
}
JNI(jint, isa) { return (jint)dnnl_get_effective_cpu_isa(); }
JNI(jlong, statusText, jint status) { return (jlong)(intptr_t)dnnl_status2str((dnnl_status_t)status); }
JNI(jint, threads) { return omp_get_max_threads(); }

JNI(jlong, engine) {
  dnnl_engine_t e = NULL;
  MADE(e, dnnl_engine_create(&e, dnnl_cpu, 0));
}
JNI(jint, freeEngine, jlong e) { return dnnl_engine_destroy(ENGINE(e)); }
JNI(jlong, stream, jlong engine) {
  dnnl_stream_t s = NULL;
  MADE(s, dnnl_stream_create(&s, ENGINE(engine), dnnl_stream_default_flags));
}
JNI(jint, freeStream, jlong s) { return dnnl_stream_destroy(P(dnnl_stream_t, s)); }

/* Memory descriptors. `dims` is the address of `n` int64. */
JNI(jlong, descriptor, jint n, jlong dims, jint type, jint tag) {
  dnnl_memory_desc_t d = NULL;
  MADE(d, dnnl_memory_desc_create_with_tag(&d, n, P(const int64_t *, dims), (dnnl_data_type_t)type,
                                           (dnnl_format_tag_t)tag));
}
JNI(jint, freeDescriptor, jlong d) { return dnnl_memory_desc_destroy(P(dnnl_memory_desc_t, d)); }
JNI(jlong, size, jlong d) { return (jlong)dnnl_memory_desc_get_size(MD(d)); }
JNI(jint, same, jlong a, jlong b) { return dnnl_memory_desc_equal(MD(a), MD(b)); }
JNI(jint, rank, jlong d) {
  int32_t n = 0;
  return dnnl_memory_desc_query(MD(d), dnnl_query_ndims_s32, &n) == dnnl_success ? n : -1;
}
JNI(jint, dataType, jlong d) {
  dnnl_data_type_t t = dnnl_data_type_undef;
  return dnnl_memory_desc_query(MD(d), dnnl_query_data_type, &t) == dnnl_success ? (jint)t : -1;
}
/* The address of as many int64 as the rank; it belongs to the descriptor. */
JNI(jlong, dims, jlong d) {
  dnnl_dims_t *v = NULL;
  MADE(v, dnnl_memory_desc_query(MD(d), dnnl_query_dims, &v));
}

JNI(jlong, memory, jlong engine, jlong d, jlong address) {
  dnnl_memory_t m = NULL;
  MADE(m, dnnl_memory_create(&m, MD(d), ENGINE(engine), P(void *, address)));
}
JNI(jint, freeMemory, jlong m) { return dnnl_memory_destroy(P(dnnl_memory_t, m)); }

/* What follows a primitive on its output, in order: a function of each value, or if `algorithm` is 0 the addition of
 * alpha times what was there. */
typedef struct {
  int32_t algorithm;
  float alpha, beta, unused;
} post_op;
_Static_assert(sizeof(post_op) == 16, "as Attributes.scala fills it");

static dnnl_status_t append(dnnl_post_ops_t ops, const post_op *op) {
  return op->algorithm == 0 ? dnnl_post_ops_append_sum(ops, op->alpha, 0, dnnl_data_type_undef)
                            : dnnl_post_ops_append_eltwise(ops, (dnnl_alg_kind_t)op->algorithm, op->alpha, op->beta);
}

/* Scratch memory is always the caller's, an argument of the primitive. `list` is the address of `n` post_op. */
JNI(jlong, attributes, jint n, jlong list) {
  dnnl_primitive_attr_t a = NULL;
  dnnl_post_ops_t ops = NULL;
  dnnl_status_t s = dnnl_primitive_attr_create(&a);
  if (s == dnnl_success) s = dnnl_primitive_attr_set_scratchpad_mode(a, dnnl_scratchpad_mode_user);
  if (s == dnnl_success) s = dnnl_post_ops_create(&ops);
  for (jint i = 0; i < n && s == dnnl_success; ++i) s = append(ops, P(const post_op *, list) + i);
  if (s == dnnl_success) s = dnnl_primitive_attr_set_post_ops(a, ops);
  if (ops) dnnl_post_ops_destroy(ops);
  if (s != dnnl_success && a) dnnl_primitive_attr_destroy(a);
  MADE(a, s);
}
JNI(jint, freeAttributes, jlong a) { return dnnl_primitive_attr_destroy(P(dnnl_primitive_attr_t, a)); }

/* Primitives' descriptors. A window is the address of int64, two each: strides, dilations, padding before, padding
 * after and, for pooling, the kernel. A backward descriptor needs the forward one as a hint. */
JNI(jlong, convolution, jlong engine, jint kind, jlong source, jlong weights, jlong bias, jlong output, jlong window,
    jlong attributes) {
  const int64_t *w = P(const int64_t *, window);
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_convolution_forward_primitive_desc_create(&d, ENGINE(engine), (dnnl_prop_kind_t)kind,
                                                         dnnl_convolution_direct, MD(source), MD(weights), MD(bias),
                                                         MD(output), w, w + 2, w + 4, w + 6, ATTRIBUTES(attributes)));
}
JNI(jlong, convolutionData, jlong engine, jlong source, jlong weights, jlong output, jlong window, jlong forward,
    jlong attributes) {
  const int64_t *w = P(const int64_t *, window);
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_convolution_backward_data_primitive_desc_create(&d, ENGINE(engine), dnnl_convolution_direct, MD(source),
                                                               MD(weights), MD(output), w, w + 2, w + 4, w + 6,
                                                               PD(forward), ATTRIBUTES(attributes)));
}
JNI(jlong, convolutionWeights, jlong engine, jlong source, jlong weights, jlong bias, jlong output, jlong window,
    jlong forward, jlong attributes) {
  const int64_t *w = P(const int64_t *, window);
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_convolution_backward_weights_primitive_desc_create(
              &d, ENGINE(engine), dnnl_convolution_direct, MD(source), MD(weights), MD(bias), MD(output), w, w + 2,
              w + 4, w + 6, PD(forward), ATTRIBUTES(attributes)));
}

JNI(jlong, innerProduct, jlong engine, jint kind, jlong source, jlong weights, jlong bias, jlong output,
    jlong attributes) {
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_inner_product_forward_primitive_desc_create(&d, ENGINE(engine), (dnnl_prop_kind_t)kind, MD(source),
                                                           MD(weights), MD(bias), MD(output), ATTRIBUTES(attributes)));
}
JNI(jlong, innerProductData, jlong engine, jlong source, jlong weights, jlong output, jlong forward,
    jlong attributes) {
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_inner_product_backward_data_primitive_desc_create(&d, ENGINE(engine), MD(source), MD(weights),
                                                                 MD(output), PD(forward), ATTRIBUTES(attributes)));
}
JNI(jlong, innerProductWeights, jlong engine, jlong source, jlong weights, jlong bias, jlong output, jlong forward,
    jlong attributes) {
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_inner_product_backward_weights_primitive_desc_create(&d, ENGINE(engine), MD(source), MD(weights),
                                                                    MD(bias), MD(output), PD(forward),
                                                                    ATTRIBUTES(attributes)));
}

JNI(jlong, pooling, jlong engine, jint kind, jint algorithm, jlong source, jlong output, jlong window,
    jlong attributes) {
  const int64_t *w = P(const int64_t *, window);
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_pooling_forward_primitive_desc_create(&d, ENGINE(engine), (dnnl_prop_kind_t)kind,
                                                     (dnnl_alg_kind_t)algorithm, MD(source), MD(output), w, w + 8,
                                                     w + 2, w + 4, w + 6, ATTRIBUTES(attributes)));
}
JNI(jlong, poolingData, jlong engine, jint algorithm, jlong source, jlong output, jlong window, jlong forward,
    jlong attributes) {
  const int64_t *w = P(const int64_t *, window);
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_pooling_backward_primitive_desc_create(&d, ENGINE(engine), (dnnl_alg_kind_t)algorithm, MD(source),
                                                      MD(output), w, w + 8, w + 2, w + 4, w + 6, PD(forward),
                                                      ATTRIBUTES(attributes)));
}

JNI(jlong, eltwise, jlong engine, jint kind, jint algorithm, jlong source, jlong output, jfloat alpha, jfloat beta,
    jlong attributes) {
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_eltwise_forward_primitive_desc_create(&d, ENGINE(engine), (dnnl_prop_kind_t)kind,
                                                     (dnnl_alg_kind_t)algorithm, MD(source), MD(output), alpha, beta,
                                                     ATTRIBUTES(attributes)));
}
/* `values` describes the input, or the output for the algorithms that use that. */
JNI(jlong, eltwiseData, jlong engine, jint algorithm, jlong source, jlong output, jlong values, jfloat alpha,
    jfloat beta, jlong forward, jlong attributes) {
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_eltwise_backward_primitive_desc_create(&d, ENGINE(engine), (dnnl_alg_kind_t)algorithm, MD(source),
                                                      MD(output), MD(values), alpha, beta, PD(forward),
                                                      ATTRIBUTES(attributes)));
}

JNI(jlong, batchNorm, jlong engine, jint kind, jlong source, jlong output, jfloat epsilon, jint flags,
    jlong attributes) {
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_batch_normalization_forward_primitive_desc_create(&d, ENGINE(engine), (dnnl_prop_kind_t)kind,
                                                                 MD(source), MD(output), epsilon, (unsigned)flags,
                                                                 ATTRIBUTES(attributes)));
}
JNI(jlong, batchNormBackward, jlong engine, jint kind, jlong sourceGradient, jlong outputGradient, jlong source,
    jfloat epsilon, jint flags, jlong forward, jlong attributes) {
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_batch_normalization_backward_primitive_desc_create(
              &d, ENGINE(engine), (dnnl_prop_kind_t)kind, MD(sourceGradient), MD(outputGradient), MD(source), epsilon,
              (unsigned)flags, PD(forward), ATTRIBUTES(attributes)));
}

/* `scales`: the address of `n` floats; `sources`: of `n` memory descriptors. */
JNI(jlong, sum, jlong engine, jlong output, jint n, jlong scales, jlong sources, jlong attributes) {
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_sum_primitive_desc_create(&d, ENGINE(engine), MD(output), n, P(const float *, scales),
                                         P(const const_dnnl_memory_desc_t *, sources), ATTRIBUTES(attributes)));
}
JNI(jlong, reorder, jlong engine, jlong from, jlong to, jlong attributes) {
  dnnl_primitive_desc_t d = NULL;
  MADE(d, dnnl_reorder_primitive_desc_create(&d, MD(from), ENGINE(engine), MD(to), ENGINE(engine),
                                             ATTRIBUTES(attributes)));
}
JNI(jint, freePrimitiveDescriptor, jlong d) { return dnnl_primitive_desc_destroy(P(dnnl_primitive_desc_t, d)); }

/* The layout of one of a primitive's ends (a dnnl_query_t), 0 if it has no such end. It belongs to the primitive's
 * descriptor. */
JNI(jlong, end, jlong d, jint end) {
  return (jlong)(intptr_t)dnnl_primitive_desc_query_md(PD(d), (dnnl_query_t)end, 0);
}
/* The address of the name of the implementation that oneDNN chose. */
JNI(jlong, implementation, jlong d) {
  const char *name = NULL;
  MADE(name, dnnl_primitive_desc_query(PD(d), dnnl_query_impl_info_str, 0, &name));
}

JNI(jlong, primitive, jlong d) {
  dnnl_primitive_t p = NULL;
  MADE(p, dnnl_primitive_create(&p, PD(d)));
}
JNI(jint, freePrimitive, jlong p) { return dnnl_primitive_destroy(P(dnnl_primitive_t, p)); }

/* One primitive and its arguments. */
typedef struct {
  int64_t primitive, count, arguments; /* `arguments`: the address of `count` dnnl_exec_arg_t */
} step;
_Static_assert(sizeof(step) == 24, "as OneDnnSequence fills it");

/* Runs `n` steps, one after the other; `steps` is their address. Stops at the first that fails. */
JNI(jint, run, jlong stream, jint n, jlong steps) {
  const step *s = P(const step *, steps);
  dnnl_stream_t to = P(dnnl_stream_t, stream);
  for (jint i = 0; i < n; ++i) {
    dnnl_status_t status = dnnl_primitive_execute(P(const_dnnl_primitive_t, s[i].primitive), to, (int)s[i].count,
                                                  P(const dnnl_exec_arg_t *, s[i].arguments));
    if (status != dnnl_success) return status;
  }
  return dnnl_stream_wait(to);
}
